import type { ModelManifest } from '../contract/manifest'
import type { Series, Slice } from '../contract/study'
import { nearestPlane, planes } from '../study/plane-of'
import { bodyPartTerms } from './body-parts'
import type { CatalogueModel } from './model-catalogue'

/** How a series departs from what a model was trained for. */
export interface ModelMismatch {
  what: 'modality' | 'body part' | 'contrast' | 'orientation'
  found: string
  trainedFor: string
}

/** What the rule looks at; `description` is the Series Description. */
export interface SeriesFacts extends Pick<Series, 'modality' | 'bodyPart' | 'description'> {
  slices?: Pick<Slice, 'orientation'>[]
  studyDescription?: string
}

/** Words for one region in Body Part Examined (DICOM PS3.16 Annex L) and in everyday series descriptions. */
const regions: Record<string, RegExp> = {
  head: /\b(brain|head|headneck|skull|cranium|neuro|cerebr\w*|schaedel|schädel|kopf|hirn)\b/i,
  chest: /\b(chest|thorax|lung|lungs|pulmo\w*)\b/i,
  wrist: /\b(wrist|hand|carp\w*)\b/i,
  knee: /\b(knee|patella)\b/i,
  spine: /\b(spine|[ctl]spine|lumbar|cervical|sacrum)\b/i,
  abdomen: /\b(abdomen|liver|pancreas|kidney)\b/i,
  pelvis: /\b(pelvis|prostate|hip)\b/i,
  shoulder: /\b(shoulder)\b/i,
  breast: /\b(breast|mamma)\b/i,
  ankle: /\b(ankle|foot)\b/i,
  heart: /\b(heart|cardiac)\b/i
}

/** Words for one MR contrast; the first that fits counts, since FLAIR is a T2 contrast of its own. */
const contrasts: [string, RegExp][] = [
  ['FLAIR', /flair|tirm|dark.?fluid/i],
  ['T1', /(^|[^a-z0-9])s?t1([^0-9]|$)|mprage|\bspgr\b|\bbravo\b/i],
  ['T2', /(^|[^a-z0-9])s?t2([^0-9]|$)/i],
  ['PD', /(^|[^a-z0-9])pd([^a-z0-9]|$)|proton/i],
  ['DWI', /(^|[^a-z0-9])(dwi|adc|diff\w*)([^a-z0-9]|$)/i]
]

/**
 * Where the series is known to depart from what the model was trained for. What the header does not say (PNG:
 * modality OT, no body part) counts as no mismatch.
 */
export function findMismatches(manifest: ModelManifest, series: SeriesFacts): ModelMismatch[] {
  const { modalities, bodyParts, contrast, orientation } = manifest.trainedFor
  const found: ModelMismatch[] = []
  if (!['OT', ''].includes(series.modality) && !modalities.includes(series.modality)) {
    found.push({ what: 'modality', found: series.modality, trainedFor: modalities.join(', ') })
  }
  const stated = (series.bodyPart ?? '').trim().toUpperCase()
  const described = regionOf(series.description) ?? regionOf(series.studyDescription ?? '')
  const region = regionOf(stated) ?? (stated || described)
  const fits = bodyParts.some((part) => part === 'any' || (regionOf(part) ?? part.toUpperCase()) === region)
  if (region && !fits) {
    found.push({ what: 'body part', found: partInWords(stated) ?? region, trainedFor: bodyParts.join(', ') })
  }
  const seen = contrastOf(series.description)
  const learnt = contrastOf(contrast)
  if (series.modality === 'MR' && seen && learnt && seen !== learnt) {
    found.push({ what: 'contrast', found: seen, trainedFor: contrast })
  }
  const cosines = series.slices?.[0]?.orientation
  if (cosines?.length === 6 && planes.some((name) => name === orientation)) {
    const plane = nearestPlane(cosines).name
    const lie = lieOf(cosines, plane)
    if (plane !== orientation) {
      found.push({ what: 'orientation', found: plane, trainedFor: orientation })
    } else if (lie !== 'upright') {
      found.push({ what: 'orientation', found: `${plane}, ${lie}`, trainedFor: `${plane}, upright` })
    }
  }
  return found
}

/** Reports name it: free text in its place may be a patient's name. @returns null where nothing is stated */
function partInWords(stated: string): string | null {
  if (stated === '') return null
  return bodyPartTerms.has(stated) ? stated : (regionOf(stated) ?? 'another one')
}

/**
 * The model that `auto` takes for a series: of those trained for its modality and body part, the one with the
 * fewest mismatches; among equals a ceVAE, then a VAE, then by ID.
 * @returns null where every model was trained for something else
 */
export function suggestModel(models: CatalogueModel[], series: SeriesFacts): CatalogueModel | null {
  const suitable = inPreference(models)
    .map((model) => ({ model, mismatches: findMismatches(model.manifest, series) }))
    .filter(({ mismatches }) => mismatches.every(({ what }) => what !== 'modality' && what !== 'body part'))
  return suitable.sort((a, b) => a.mismatches.length - b.mismatches.length)[0]?.model ?? null
}

/** The model to fall back on where none is suitable: the preferred one of all. Null for an empty catalogue. */
export function defaultModel(models: CatalogueModel[]): CatalogueModel | null {
  return inPreference(models)[0] ?? null
}

function inPreference(models: CatalogueModel[]): CatalogueModel[] {
  const rank = { cevae: 0, vae: 1, dae: 2, ae: 3 }
  return [...models].sort(
    (a, b) => rank[a.manifest.kind] - rank[b.manifest.kind] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}

function regionOf(text: string): string | null {
  const words = text.replace(/[_^-]+/g, ' ')
  return Object.keys(regions).find((region) => regions[region].test(words)) ?? null
}

/**
 * How slices lie on the screen: upright with the patient's back, or in other planes the feet, below. Images are analysed
 * as they are stored, and networks learn from upright ones.
 * @param orientation as of `nearestPlane`
 */
function lieOf([, , , , cy, cz]: number[], plane: string): 'upright' | 'upside down' | 'on their side' {
  const down = plane === 'axial' ? cy : -cz
  if (Math.abs(down) < 0.5) return 'on their side'
  return down > 0 ? 'upright' : 'upside down'
}

function contrastOf(text: string): string | null {
  return contrasts.find(([, words]) => words.test(text))?.[0] ?? null
}
