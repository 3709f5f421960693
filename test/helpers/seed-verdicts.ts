import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { randomNormal, seededRandom } from '../../src-main/calibration/seeded-random'
import type { SliceStatistics, VerdictInput } from '../../src-main/contract/feedback'
import type { ModelManifest } from '../../src-main/contract/manifest'
import { recordReading } from '../../src-main/feedback/reading/record-reading'
import { startSession } from '../../src-main/feedback/reading/reader-sessions'
import { openFeedbackStore } from '../../src-main/feedback/store/open-store'
import { addVerdict } from '../../src-main/feedback/verdicts/add-verdict'
import { keptProbabilities } from '../../src-main/feedback/verdicts/summarise-slice'
import { feedbackDatabasePath } from '../../src-main/platform/user-data-folder'

const repositoryRoot = join(__dirname, '..', '..')
const day = 86_400_000

interface Site {
  studies: number
  /** first study of a new scanner whose scores are higher by `factor`; none unless told */
  changeAt?: number
  factor?: number
  seed?: number
}

/**
 * Fills the store of a user-data folder through the store's own functions, as a reader would: a study a day, of a
 * patient each, read completely. Most are called normal; one in four has a confirmed lesion and a rejected finding.
 * Highest scores of normal slices are log-normal around 5 score units, lesions lie around 16.
 * @returns the model and map that the verdicts are about
 */
export async function seedVerdicts(
  userData: string,
  { studies, changeAt = Infinity, factor = 1.6, seed = 1 }: Site,
  modelId = 'brain-flair-cevae'
): Promise<{ manifest: ModelManifest }> {
  const manifest = JSON.parse(
    readFileSync(join(repositoryRoot, 'models', modelId, 'model.json'), 'utf8')
  ) as ModelManifest
  const map = manifest.maps.default
  const threshold = manifest.thresholds.find((own) => own.map === map)!
  const path = feedbackDatabasePath(userData)
  mkdirSync(dirname(path), { recursive: true })
  let time = Date.parse('2026-03-01T09:00:00.000Z')
  const store = await openFeedbackStore({ path, now: () => new Date((time += 1000)), appVersion: '0.1.0' })
  const random = seededRandom(seed)
  const drawNormal = (): number => 5 * Math.exp(0.35 * randomNormal(random))
  const session = startSession(store, 'A. Reader').id

  const statistics = (sliceIndex: number, peak: number): SliceStatistics => ({
    sliceIndex,
    sopInstanceUid: null,
    score: 120 + 8 * peak,
    scoreStandardised: peak / 4,
    foregroundPx: 18_000,
    peak,
    mean: peak / 8,
    quantiles: {
      probabilities: [...keptProbabilities],
      values: keptProbabilities.map((probability) => peak * probability ** 6)
    },
    histogram: { binWidth: 0.25, bins: [[0, 18_000]] },
    findingPeaks: peak >= threshold.value ? [peak] : []
  })

  for (let i = 0; i < studies; i++) {
    time += day
    const scale = i >= changeAt ? factor : 1
    const study = `1.2.826.0.1.3680043.9.${i + 1}`
    const about = (kind: VerdictInput['kind'], slices: SliceStatistics[]): VerdictInput => ({
      kind,
      reason: kind === 'reject' ? 'artefact' : null,
      text: '',
      image: {
        studyInstanceUid: study,
        seriesInstanceUid: `${study}.1`,
        sopInstanceUid: null,
        sliceIndex: kind === 'study-normal' ? null : slices[0].sliceIndex,
        rows: 192,
        columns: 192,
        geometry: null,
        modality: 'MR',
        scanner: {
          manufacturer: 'ACME',
          model: i >= changeAt ? 'Field 3' : i % 3 === 0 ? 'Field 1' : 'Field 2',
          protocol: 'FLAIR ax'
        },
        patientKey: store.patientKey(`patient ${i}`, study)
      },
      region:
        kind === 'confirm' || kind === 'reject'
          ? {
              bbox: [60, 70, 12, 10],
              areaPx: 90,
              areaMm2: 90,
              peak: slices[0].peak,
              mean: (slices[0].peak ?? 0) * 0.7,
              peakAt: [66, 75]
            }
          : null,
      masks: [],
      drawing: null,
      analysis: {
        map,
        threshold: { id: threshold.id, version: threshold.version, value: threshold.value },
        model: { id: manifest.id, version: manifest.version, sha256: manifest.sha256 },
        preprocessingVersion: manifest.preprocessing.version,
        provider: 'cpu',
        slices
      }
    })
    recordReading(store, session, study, 'opened')
    recordReading(store, session, study, 'revealed')
    if (i % 4 === 1) {
      const lesion = threshold.value + 1 + 12 * random()
      addVerdict(store, session, about('confirm', [statistics(12, lesion)]))
      addVerdict(store, session, about('reject', [statistics(4, threshold.value + scale * 2 * random())]))
    } else {
      const slices = [8, 11, 14].map((index) => statistics(index, scale * drawNormal()))
      addVerdict(store, session, about('study-normal', slices))
    }
    recordReading(store, session, study, 'completed')
  }
  store.close()
  return { manifest }
}
