import type { DriftCheckFacts, DriftFacts, DriftPoint } from '../../../src-main/contract/calibration-channels'
import { useCalibration } from '../../state/calibration'
import { counted, day, figure, percent, signedPercent } from './format-figures'
import { ProfileSelect } from './method-choice'
import { TimePlot } from './time-plot'

const stateNames: Record<DriftFacts['state'], string> = {
  steady: 'Steady',
  watch: 'Watch',
  recalibrate: 'Recalibrate',
  none: 'No check yet'
}

/** Whether normals still look as when the threshold was learnt, over time, and what to do about it. */
export function DriftView() {
  const { drift, busy } = useCalibration()
  return (
    <div className="drift-view" aria-busy={busy}>
      <div className="drift-choice">
        <ProfileSelect />
      </div>
      {drift ? <Dashboard drift={drift} /> : <p className="quiet">{busy ? 'Comparing …' : ''}</p>}
    </div>
  )
}

function Dashboard({ drift }: { drift: DriftFacts }) {
  const { state, advice, checks, points, falseAlarmRate, falsePositiveRate, threshold } = drift
  return (
    <>
      <div className={`drift-state ${state}`} role="status" data-testid="drift-state" data-state={state}>
        <strong>{stateNames[state]}</strong>
        <p data-testid="drift-advice">{advice}</p>
      </div>
      <p className="quiet">
        {comparison(drift)} Threshold in use: {figure(threshold.value)} ({threshold.version})
        {falsePositiveRate &&
          `; ${percent(falsePositiveRate.estimate)} of recent normals lie over it (${percent(falsePositiveRate.low)} to ${percent(falsePositiveRate.high)})`}
        . Where nothing has changed, one check in {Math.round(1 / falseAlarmRate)} gives a false alarm.
      </p>
      {points.length > 0 && <Plots drift={drift} />}
      {checks.length > 0 && <Checks checks={checks} percentile={drift.percent} />}
      {points.length > 0 && <PointTable points={points} />}
    </>
  )
}

function comparison({ comparedWith, reference, recent }: DriftFacts): string {
  const then =
    comparedWith === 'taught-threshold'
      ? 'the normals that taught the threshold'
      : "the site's first normals, since no threshold was approved here yet"
  const span = (side: DriftFacts['recent']): string =>
    side.from === null ? '' : `, ${day(side.from)} to ${day(side.until)}`
  return (
    `Compared are confirmed normals of ${counted(recent.patients, 'recent patient')}${span(recent)}, with ${then} ` +
    `(${counted(reference.patients, 'patient')}${span(reference)}).`
  )
}

function Plots({ drift: { points, percentile95, percent: percentile, checks } }: { drift: DriftFacts }) {
  const of = (
    pick: (point: DriftPoint) => { value: number; limit?: number; low?: number; high?: number } | null
  ) =>
    points.flatMap((point) => {
      const picked = pick(point)
      return picked ? [{ time: point.until, ...picked }] : []
    })
  const rejectedThen = checks.find(({ name }) => name === 'rejected')?.before ?? null
  return (
    <div className="drift-plots">
      <TimePlot
        title="Distance of the distributions (Kolmogorov-Smirnov)"
        unit="distance"
        points={of(({ kolmogorovSmirnov }) => kolmogorovSmirnov)}
        format={figure}
        isOver={({ value, limit }) => value > (limit ?? Infinity)}
        testId="plot-ks"
      />
      <TimePlot
        title="Population stability index"
        unit="index"
        points={of(({ populationStability }) => populationStability)}
        format={figure}
        isOver={({ value, limit }) => value > (limit ?? Infinity)}
        testId="plot-psi"
      />
      <TimePlot
        title="95th percentile of normal scores"
        unit="score"
        points={of((point) => ({ value: point.percentile95 }))}
        lines={percentile95 === null ? [] : [{ value: percentile95, label: 'then' }]}
        format={figure}
        isOver={({ value }) => percentile95 !== null && Math.abs(value / percentile95 - 1) > 0.2}
        testId="plot-p95"
      />
      <TimePlot
        title={`Where the threshold would be (${Number(percentile.toPrecision(4))}th percentile)`}
        unit="change"
        points={of((point) => ({ value: point.thresholdMove }))}
        lines={[
          { value: 0.2, label: '+20 %' },
          { value: -0.2, label: '−20 %' }
        ]}
        format={signedPercent}
        tick={(value) => `${Math.round(100 * value)} %`}
        isOver={({ value }) => Math.abs(value) > 0.2}
        testId="plot-move"
      />
      <TimePlot
        title="Share of findings that readers rejected"
        unit="share"
        points={of(({ rejected }) => rejected)}
        lines={rejectedThen === null ? [] : [{ value: rejectedThen, label: 'then' }]}
        format={percent}
        tick={(value) => `${Math.round(100 * value)} %`}
        isOver={({ low }) => rejectedThen !== null && (low ?? 0) > rejectedThen}
        testId="plot-rejected"
      />
      <p className="quiet plot-note">
        Each point stands for at least 20 patients, the percentiles for up to 60 that end there. Dashed lines:
        chance alone goes beyond in one point of a hundred, or 20 %. Triangles lie beyond. The verdict above
        comes from the checks below, which share one false alarm rate.
      </p>
    </div>
  )
}

const checkNames: Record<DriftCheckFacts['name'], string> = {
  distribution: 'Kolmogorov-Smirnov distance',
  stability: 'Population stability index',
  rank: 'Probability that a recent normal scores higher',
  threshold: 'Move of the threshold',
  trend: 'Trend of the 95th percentile',
  rejected: 'Share of rejected findings'
}

function Checks({ checks, percentile }: { checks: DriftCheckFacts[]; percentile: number }) {
  const shown = ({ name, value, before }: DriftCheckFacts): string => {
    if (name === 'threshold')
      return `${signedPercent(value)} (${Number(percentile.toPrecision(4))}th percentile)`
    if (name === 'rejected') return `${percent(before ?? 0)} then, ${percent(value)} now`
    return name === 'rank' ? percent(value) : figure(value)
  }
  return (
    <table className="checks" data-testid="drift-checks">
      <thead>
        <tr>
          <th scope="col">Check of the latest normals</th>
          <th scope="col">Found</th>
          <th scope="col">p</th>
          <th scope="col">Alarm at p up to</th>
        </tr>
      </thead>
      <tbody>
        {checks.map((check) => (
          <tr key={check.name} className={check.alarm ? 'alarm' : undefined}>
            <th scope="row">{checkNames[check.name]}</th>
            <td>{shown(check)}</td>
            <td>
              {check.pValue.toPrecision(2)} {check.alarm && <strong>alarm</strong>}
            </td>
            <td>{check.limit.toPrecision(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function PointTable({ points }: { points: DriftPoint[] }) {
  return (
    <details className="plot-table">
      <summary>The plots as a table</summary>
      <table>
        <thead>
          <tr>
            <th>From</th>
            <th>to</th>
            <th>Patients</th>
            <th>Distance (limit)</th>
            <th>Stability (limit)</th>
            <th>95th percentile</th>
            <th>Threshold</th>
            <th>Rejected</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.until}>
              <td>{day(point.from)}</td>
              <td>{day(point.until)}</td>
              <td>{point.patients}</td>
              <td>
                {figure(point.kolmogorovSmirnov.value)} ({figure(point.kolmogorovSmirnov.limit)})
              </td>
              <td>
                {figure(point.populationStability.value)} ({figure(point.populationStability.limit)})
              </td>
              <td>{figure(point.percentile95)}</td>
              <td>{signedPercent(point.thresholdMove)}</td>
              <td>{point.rejected ? percent(point.rejected.value) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
