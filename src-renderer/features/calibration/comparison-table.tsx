import type {
  ComparisonFacts,
  PerformanceFacts,
  RateFacts,
  ThresholdLevel
} from '../../../src-main/contract/calibration-channels'
import { figure, percent, withLimits } from './format-figures'

interface Row {
  name: string
  hint: string
  of(figures: PerformanceFacts): RateFacts | null
  format(value: number): string
}

const rateNames: Record<ThresholdLevel, string> = {
  slice: 'Normal slices over the threshold',
  finding: 'Rejected findings over the threshold',
  pixel: 'Pixels of normal slices over the threshold'
}

function rowsFor(level: ThresholdLevel): Row[] {
  return [
    {
      name: rateNames[level],
      hint: 'false alarm rate',
      of: ({ falsePositiveRate }) => falsePositiveRate,
      format: percent
    },
    {
      name: 'False findings per study',
      hint: 'in studies where every finding was judged',
      of: ({ falsePositivesPerStudy }) => falsePositivesPerStudy,
      format: figure
    },
    {
      name: 'Sensitivity',
      hint: 'findings, in studies marked completely read',
      of: ({ sensitivity }) => sensitivity,
      format: percent
    }
  ]
}

/** Before and after on held-out verdicts, with 95 % limits: for all images, and by modality and scanner. */
export function ComparisonTable({
  comparisons,
  level
}: {
  comparisons: ComparisonFacts[]
  level: ThresholdLevel
}) {
  return (
    <table className="comparison" data-testid="comparison-table">
      <thead>
        <tr>
          <th scope="col">On held-out verdicts</th>
          <th scope="col">In use</th>
          <th scope="col">Proposed</th>
        </tr>
      </thead>
      {comparisons.map((comparison) => (
        <tbody key={comparison.group ?? ''}>
          <tr className="comparison-group">
            <th scope="rowgroup" colSpan={3}>
              {comparison.group ?? 'All images'}
              <span className="quiet">
                {' '}
                {comparison.before.normals} normal, {comparison.before.anomalies} abnormal,{' '}
                {comparison.before.studies} searched studies
              </span>
            </th>
          </tr>
          {rowsFor(level).map(({ name, hint, of, format }) => (
            <tr key={name}>
              <th scope="row" title={hint}>
                {name}
              </th>
              <Cell rate={of(comparison.before)} format={format} />
              <Cell rate={of(comparison.after)} format={format} />
            </tr>
          ))}
          <tr>
            <th scope="row" title="of everything ever shown, not held out">
              Past findings
            </th>
            <td>{comparison.findings.stay + comparison.findings.go} shown</td>
            <td>
              {comparison.findings.stay} stay, {comparison.findings.go} go,{' '}
              {comparison.findings.come ?? 'unknown'} come
            </td>
          </tr>
        </tbody>
      ))}
    </table>
  )
}

function Cell({ rate, format }: { rate: RateFacts | null; format: (value: number) => string }) {
  const { estimate, limits } = withLimits(rate, format)
  return (
    <td className={rate ? undefined : 'quiet'}>
      {estimate}
      {limits && <small> ({limits})</small>}
    </td>
  )
}
