import type { DraftRoles, ModelDraft } from '../../../src-main/contract/model-channels'
import { spreadKinds } from '../../../src-main/contract/spread-kinds'
import { ChoiceRow } from '../../components/choice-row'
import { TextField } from '../../components/text-field'

const none = ''
const spreadNames = { logVar: 'ln σ²', logStd: 'ln σ', std: 'σ', variance: 'σ²' }

interface Props {
  draft: ModelDraft
  roles: DraftRoles
  onChange: (roles: DraftRoles) => void
}

/** Which value of the network plays which part. */
export function RoleFields({ draft, roles, onChange }: Props) {
  const change = (changes: Partial<DraftRoles>): void => onChange({ ...roles, ...changes })
  const named = (names: string[], chosen: string | null): [string, string][] =>
    [...new Set([...names, ...(chosen ? [chosen] : [])])].map((name) => [name, name])
  const optional = (chosen: string | null): [string, string][] => [
    [none, 'none'],
    ...named(draft.outputs, chosen)
  ]
  const { spread } = roles
  return (
    <fieldset className="role-fields">
      <legend>Roles</legend>
      <ChoiceRow
        label="Image"
        value={roles.input}
        choices={named(draft.inputs, roles.input)}
        testId="role-input"
        onChange={(input) => change({ input })}
      />
      <ChoiceRow
        label="Order of its axes"
        value={roles.layout}
        choices={[
          ['NCHW', 'channels, rows, columns (PyTorch)'],
          ['NHWC', 'rows, columns, channels (Keras)'],
          ['flat', 'all pixels in one row']
        ]}
        testId="role-layout"
        onChange={(layout) => change({ layout })}
      />
      <div className="field-pair">
        <ChoiceRow
          label="Channels"
          value={String(roles.channels)}
          choices={[
            ['1', '1'],
            ['3', '3']
          ]}
          testId="role-channels"
          onChange={(channels) => change({ channels: channels === '3' ? 3 : 1 })}
        />
        <TextField
          label="Rows"
          value={String(roles.height)}
          testId="role-height"
          onChange={(text) => change({ height: Number(text) })}
        />
        <TextField
          label="Columns"
          value={String(roles.width)}
          testId="role-width"
          onChange={(text) => change({ width: Number(text) })}
        />
      </div>
      <ChoiceRow
        label="Reconstruction"
        value={roles.reconstruction}
        choices={named(draft.outputs, roles.reconstruction)}
        testId="role-reconstruction"
        onChange={(reconstruction) => change({ reconstruction })}
      />
      <ChoiceRow
        label="Mean of the latent distribution"
        hint="None for autoencoders: they give no KL map."
        value={roles.mu ?? none}
        choices={optional(roles.mu)}
        testId="role-mu"
        onChange={(mu) => change({ mu: mu === none ? null : mu })}
      />
      <ChoiceRow
        label="Its spread"
        value={spread?.name ?? none}
        choices={optional(spread?.name ?? null)}
        testId="role-spread"
        onChange={(name) =>
          change({ spread: name === none ? null : { kind: spread?.kind ?? 'logVar', name } })
        }
      />
      {spread && (
        <ChoiceRow
          label="The spread is given as"
          value={spread.kind}
          choices={spreadKinds.map((kind) => [kind, spreadNames[kind]] as const)}
          testId="role-spread-kind"
          onChange={(kind) => change({ spread: { ...spread, kind } })}
        />
      )}
    </fieldset>
  )
}
