import { nameSliceScore } from '../../../src-main/contract/name-slice-score'
import { researchNotice } from '../../../src-main/contract/notice'
import { Facts } from '../../components/facts'
import type { Reading } from '../reading/use-reading'

/** The threshold of the map being looked at, where it is not the one of the stamp. */
function shownAt({ manifest, map, threshold, analysis }: Reading): string | null {
  const stamped = analysis?.threshold
  if (!manifest || !map || (stamped?.map === map && stamped.value === threshold)) return null
  const named = manifest.thresholds.find((own) => own.map === map && own.value === threshold)
  const name = named ? (named.id === 'site' ? named.version : `${named.id} ${named.version}`) : 'set by hand'
  return `${threshold.toFixed(2)} (${map}, ${name})`
}

/** What made the result: enough to make the same one again. */
export function StampPanel({ reading }: { reading: Reading | null }) {
  const stamp = reading?.analysis?.stamp
  if (!reading || !stamp) return null
  const slice = reading.revealed ? reading.sliceAnalysis : null
  return (
    <details className="panel stamp" data-testid="stamp">
      <summary>Result made by</summary>
      <div className="panel-body">
        <Facts
          rows={[
            ['Nidus', stamp.appVersion],
            ['Model', `${stamp.modelId} ${stamp.modelVersion}`],
            ['SHA-256', <code key="hash">{stamp.modelSha256.slice(0, 16)}…</code>],
            ['Preprocessing', stamp.preprocessingVersion],
            ['Threshold', stamp.thresholdVersion],
            ['Shown at', shownAt(reading)],
            ['Processor', stamp.provider.used],
            [
              'Slice score',
              slice ? `${slice.score.toFixed(1)} (${slice.scoreStandardised.toFixed(2)} σ)` : null
            ],
            ['Scored by', reading.manifest ? nameSliceScore(reading.manifest.sliceScore) : null]
          ]}
        />
        <p className="quiet">{researchNotice}</p>
      </div>
    </details>
  )
}
