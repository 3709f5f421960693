import type { SeenVerdict, StudyVerdicts } from '../../../src-main/contract/feedback-channels'
import { ToolButton } from '../../components/tool-button'
import { takeBackVerdict } from '../../state/verdicts'
import { goToSlice } from '../../state/view'
import type { Reading } from '../reading/use-reading'
import { ownElsewhere, useFindingVerdicts } from './use-finding-verdicts'
import { describeVerdict, kindSigns } from './verdict-words'

/**
 * The reader's verdicts that stand in no row of the findings: drawn findings, and words on findings that do not show at
 * this threshold, map or model. A click goes there; the cross takes them back.
 */
export function OwnVerdicts({ reading, study }: { reading: Reading; study: StudyVerdicts | null }) {
  const findings = useFindingVerdicts(reading)
  const drawn = (study?.verdicts ?? []).filter(({ mine, kind }) => mine && kind === 'missed')
  const elsewhere = reading.revealed ? ownElsewhere(study, findings) : []
  if (drawn.length + elsewhere.length === 0) return null
  return (
    <ul className="own-verdicts" data-testid="own-verdicts">
      {drawn.map((verdict) => (
        <Row key={verdict.id} reading={reading} verdict={verdict} note="" />
      ))}
      {elsewhere.map((verdict) => (
        <Row key={verdict.id} reading={reading} verdict={verdict} note=" (not shown now)" />
      ))}
    </ul>
  )
}

function Row({ reading, verdict, note }: { reading: Reading; verdict: SeenVerdict; note: string }) {
  const { series } = reading
  const sliceIndex = verdict.seriesInstanceUid === series.seriesInstanceUid ? verdict.sliceIndex : null
  const place = sliceIndex === null ? 'another series' : `slice ${sliceIndex + 1}`
  const words = `${describeVerdict(verdict)}, ${place}${note}`
  return (
    <li data-testid={`own-${verdict.kind}`}>
      <button
        type="button"
        className="link"
        disabled={sliceIndex === null}
        onClick={() => sliceIndex !== null && goToSlice(series.id, sliceIndex, series.slices.length)}
      >
        <span aria-hidden="true">{kindSigns[verdict.kind]}</span> {words}
      </button>
      <ToolButton
        icon="close"
        label={`Take back: ${words}`}
        testId="take-back"
        onPress={() => takeBackVerdict(series.id, verdict.id)}
      />
    </li>
  )
}
