import { useEffect, useState } from 'react'
import type {
  ExportFormat,
  FeedbackSummary,
  ImportOutcome
} from '../../../src-main/contract/feedback-channels'
import { nidus, unwrap } from '../../api/nidus'
import { refreshVerdicts } from '../../state/verdicts'
import { useStudies } from '../../state/studies'
import { useAsking } from './use-asking'
import { kindLabels } from './verdict-words'

const formats: readonly (readonly [format: ExportFormat, name: string, what: string])[] = [
  ['coco', 'COCO JSON', 'one file: annotations with masks, and all that is needed to import it again'],
  ['csv', 'Tables (CSV)', 'a folder: verdicts with their whole history, readings'],
  ['nifti', 'Masks (NIfTI)', 'a folder: labels in the patient’s space, for other programs to edit'],
  ['png', 'Masks (PNG)', 'a folder: one mask a slice, for other programs to edit'],
  [
    'training',
    'Training folder',
    'a folder for nidus-train, without UIDs; slices of the studies that are open now come with it'
  ]
]

/** Verdicts out of the store and back into it. */
export function TransferSection() {
  const [format, setFormat] = useState<ExportFormat>('coco')
  const [summary, setSummary] = useState<FeedbackSummary | null>(null)
  const [outcome, setOutcome] = useState<string[] | null>(null)
  const { busy, failure, ask } = useAsking()
  const count = (): void => ask(async () => setSummary(await unwrap(nidus.feedbackSummary())))
  useEffect(count, [])

  const exportNow = (): void =>
    ask(async () => {
      const written = await unwrap(nidus.exportFeedback({ format }))
      if (written) setOutcome(describeExport(written))
    })
  const importNow = (what: 'files' | 'folder'): void =>
    ask(async () => {
      const came = await unwrap(nidus.importFeedback({ what }))
      if (!came) return
      setOutcome(describeImport(came))
      setSummary(await unwrap(nidus.feedbackSummary()))
      const { seriesId } = useStudies.getState()
      if (seriesId) await refreshVerdicts(seriesId)
    })
  return (
    <>
      {summary && <Counts summary={summary} />}
      <fieldset className="export-formats">
        <legend>Export as</legend>
        {formats.map(([value, name, what]) => (
          <label key={value}>
            <input
              type="radio"
              name="export-format"
              value={value}
              checked={format === value}
              data-testid={`format-${value}`}
              onChange={() => setFormat(value)}
            />
            <span>
              {name}
              <span className="quiet"> – {what}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p className="quiet">
        An export holds the readers’ names and what all of them said. Patients’ names and IDs are in none;
        study UIDs are, but for the training folder.
      </p>
      <div className="sheet-actions">
        <button
          type="button"
          className="tool-button main-action"
          disabled={busy}
          data-testid="export"
          onClick={exportNow}
        >
          Export…
        </button>
        <button
          type="button"
          className="tool-button"
          disabled={busy}
          data-testid="import-files"
          onClick={() => importNow('files')}
        >
          Import files…
        </button>
        <button
          type="button"
          className="tool-button"
          disabled={busy}
          data-testid="import-folder"
          onClick={() => importNow('folder')}
        >
          Import a folder…
        </button>
      </div>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {outcome && (
        <ul className="outcome" role="status" data-testid="transfer-outcome">
          {outcome.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  )
}

function Counts({ summary }: { summary: FeedbackSummary }) {
  const kinds = Object.entries(summary.byKind)
    .filter(([, number]) => number > 0)
    .map(
      ([kind, number]) => `${number} ${kindLabels[kind as keyof typeof kindLabels]?.toLowerCase() ?? kind}`
    )
  return (
    <p data-testid="verdict-counts">
      {summary.current} verdicts in {summary.studies} {summary.studies === 1 ? 'study' : 'studies'}
      {kinds.length > 0 && `: ${kinds.join(', ')}`}. {summary.studiesCompletelyRead} completely read.{' '}
      {summary.beforeReveal} given before the heatmap was seen.
    </p>
  )
}

function describeExport({ out, ...counts }: Record<string, number | string>): string[] {
  const words: Record<string, string> = {
    verdicts: 'rows of verdicts, replaced ones included',
    current: 'verdicts that hold now',
    masks: 'masks',
    normal: 'normal slices',
    anomalous: 'slices with findings',
    withoutImage: 'slices without their image: the study is not open',
    leftOut: 'slices left out: nobody was certain, or readers disagree'
  }
  return [
    `Written to ${String(out)}`,
    ...Object.entries(counts).map(([name, number]) => `${number} ${words[name] ?? name}`)
  ]
}

function describeImport({ added, unchanged, editedMasks, refused }: ImportOutcome): string[] {
  const lines = [
    `${added.verdicts} verdicts added, ${added.sessions} sessions, ${added.readings} readings`,
    `${unchanged} were there already and stay as they are`
  ]
  if (added.unblindings > 0) lines.push(`${added.unblindings} unblindings added`)
  if (editedMasks > 0) lines.push(`${editedMasks} masks were edited and are stored as new verdicts of yours`)
  if (refused.length > 0) {
    const reasons = [...new Set(refused.map(({ reason }) => reason))].join(', ')
    lines.push(`${refused.length} refused: ${reasons}`)
  }
  return lines
}
