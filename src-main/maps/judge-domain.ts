import type { DomainDeparture, DomainJudgement } from '../contract/analysis'
import type { ModelManifest } from '../contract/manifest'

/** What is compared of each slice; see `domainFeatures`. */
interface Features {
  values: number[]
  sourcePxPerModelPx: number
}

/** Images up to this much coarser than the coarsest of the training set pass. */
const coarserBy = 0.75

/**
 * Whether a series looks like the images that a model was trained on: by the Mahalanobis distance of its intensity
 * statistics from those of the training patients (limit: Hotelling's T-squared for one new observation), and by its
 * resolution. Medians over the slices, as in training. Only coarser images depart in resolution: finer ones are
 * averaged down without loss to the model.
 * @param slices features of the analysed slices that show enough of the patient
 */
export function judgeDomain(domain: ModelManifest['domain'], slices: readonly Features[]): DomainJudgement {
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
  const away = domain.mean.map((mean, i) => medianOf(slices.map(({ values }) => values[i])) - mean)
  const squared = domain.precision.reduce(
    (sum, row, i) => sum + away[i] * row.reduce((part, weight, j) => part + weight * away[j], 0),
    0
  )
  const distance = Math.sqrt(Math.max(0, squared))
  if (distance > domain.limit) {
    departures.push({
      what: 'intensity statistics',
      found: `distance ${distance.toFixed(1)}`,
      trainedFor: `up to ${domain.limit.toFixed(1)}`
    })
  }
  return { status: departures.length > 0 ? 'outside' : 'inside', departures }
}

function medianOf(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
