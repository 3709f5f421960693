import { researchNotice } from '../../../src-main/contract/notice'
import { Facts } from '../../components/facts'
import type { Reading } from '../reading/use-reading'

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
            ['Processor', stamp.provider.used],
            [
              'Slice score',
              slice ? `${slice.score.toFixed(1)} (${slice.scoreStandardised.toFixed(2)} σ)` : null
            ]
          ]}
        />
        <p className="quiet">{researchNotice}</p>
      </div>
    </details>
  )
}
