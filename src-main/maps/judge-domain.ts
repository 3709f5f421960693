import type { DomainDeparture, DomainJudgement } from '../contract/analysis'
import type { DomainDescription } from '../contract/domain-schema'
import type { DomainFeatures } from '../preprocess/domain-features'
import { percentile } from '../preprocess/percentile'
import { outlineExcess } from './outline-excess'

/** Images up to this much coarser than the coarsest of the training set pass. */
const coarserBy = 0.75

/**
 * Whether a series looks like the images that a model was trained on: by its resolution, by the outline of the patient,
 * and by the Mahalanobis distance of its intensity statistics from those of the training patients. Medians over the
 * slices, as in training; the fewer there are, the more they may differ. Only coarser images depart in resolution: finer
 * ones are averaged down without loss to the model.
 * @param slices features of the analysed slices that show enough of the patient
 */
export function judgeDomain(
  domain: DomainDescription | undefined,
  slices: readonly DomainFeatures[]
): DomainJudgement {
  if (!domain || slices.length === 0) return { status: 'unknown', departures: [] }
  const departures: DomainDeparture[] = []
  const [coarsest, finest] = domain.sourcePxPerModelPx
  const scale = medianOf(slices.map(({ sourcePxPerModelPx }) => sourcePxPerModelPx))
  if (scale < coarserBy * coarsest) {
    departures.push({
      what: 'resolution',
      found: `${scale.toFixed(1)} image pixels for one of the model`,
      trainedFor: `${coarsest.toFixed(1)} to ${finest.toFixed(1)}`
    })
  }
  const outlines = slices.flatMap(({ outline }) => outline ?? [])
  if (domain.outline && outlines.length > 0) {
    const { deviations, timesUsual, timesUsualAtLimit } = outlineExcess(domain.outline, outlines)
    if (deviations > domain.outline.limit) {
      departures.push({
        what: 'outline of the patient',
        found: `differs by ${timesUsual.toFixed(1)} times the usual`,
        trainedFor: `up to ${timesUsualAtLimit.toFixed(1)}`
      })
    }
  }
  const distance = intensityDistance(domain, slices)
  if (distance > domain.limit) {
    departures.push({
      what: 'intensity statistics',
      found: `distance ${distance.toFixed(1)}`,
      trainedFor: `up to ${domain.limit.toFixed(1)}`
    })
  }
  return { status: departures.length > 0 ? 'outside' : 'inside', departures }
}

/** Mahalanobis distance of the medians over the slices. */
function intensityDistance(domain: DomainDescription, slices: readonly DomainFeatures[]): number {
  const away = domain.mean.map((mean, i) => medianOf(slices.map(({ values }) => values[i])) - mean)
  const along = (row: readonly number[]): number => row.reduce((sum, weight, i) => sum + weight * away[i], 0)
  const squared =
    'axes' in domain
      ? domain.axes.reduce(
          (sum, axis, i) => sum + along(axis) ** 2 / (1 + domain.withinPatient[i] / slices.length),
          0
        )
      : domain.precision.reduce((sum, row, i) => sum + away[i] * along(row), 0)
  return Math.sqrt(Math.max(0, squared))
}

const medianOf = (values: number[]): number => percentile(values, 50)
