import type { ImageFacts, ThresholdScope } from '../../contract/feedback'

/** The part of a threshold's scope that says which images it is for; null fields mean any. */
export type ScanProfile = Pick<ThresholdScope, 'modality' | 'scanner'>

/** The profile of every image. */
export const anyProfile: ScanProfile = {
  modality: null,
  scanner: { manufacturer: null, model: null, protocol: null }
}

function fieldsOf({ modality, scanner }: ScanProfile): (string | null)[] {
  return [modality, scanner.manufacturer, scanner.model, scanner.protocol]
}

/** Whether a profile covers an image: each of its fields is null or equal to the image's. */
export function coversImage(profile: ScanProfile, image: ScanProfile): boolean {
  const actual = fieldsOf(image)
  return fieldsOf(profile).every((wanted, i) => wanted === null || wanted === actual[i])
}

/** How many fields a profile names: the more, the more specific. */
export function specificityOf(profile: ScanProfile): number {
  return fieldsOf(profile).filter((field) => field !== null).length
}

/** One key for equal profiles. */
export function profileKey(profile: ScanProfile): string {
  return JSON.stringify(fieldsOf(profile))
}

/** A profile in words: `MR · ACME Field 3 · FLAIR ax`, `all images` where it names nothing. */
export function profileLabel(profile: ScanProfile): string {
  const { manufacturer, model, protocol } = profile.scanner
  const scanner = [manufacturer, model].filter(Boolean).join(' ')
  return [profile.modality, scanner, protocol].filter(Boolean).join(' · ') || 'all images'
}

/** Modality and scanner of an image, the groups that figures are shown by. */
export function scannerGroup({ modality, scanner }: Pick<ImageFacts, 'modality' | 'scanner'>): string {
  const { manufacturer, model } = scanner
  const label = profileLabel({ modality, scanner: { manufacturer, model, protocol: null } })
  return manufacturer || model ? label : `${label} · scanner unknown`
}

/**
 * The profiles that thresholds can be made for, each with its count of images: every image, each modality, each
 * scanner, each protocol of a scanner.
 */
export function profilesOf(
  images: readonly Pick<ImageFacts, 'modality' | 'scanner'>[]
): { profile: ScanProfile; count: number }[] {
  const counted = new Map<string, { profile: ScanProfile; count: number }>()
  for (const { modality, scanner } of images) {
    const { manufacturer, model, protocol } = scanner
    const levels: ScanProfile[] = [
      anyProfile,
      { modality, scanner: anyProfile.scanner },
      { modality, scanner: { manufacturer, model, protocol: null } },
      { modality, scanner: { manufacturer, model, protocol } }
    ]
    for (const key of new Set(levels.map(profileKey))) {
      const profile = levels.find((own) => profileKey(own) === key) as ScanProfile
      const known = counted.get(key)
      if (known) known.count += 1
      else counted.set(key, { profile, count: 1 })
    }
  }
  return [...counted.values()].sort(
    (a, b) =>
      specificityOf(a.profile) - specificityOf(b.profile) ||
      b.count - a.count ||
      profileKey(a.profile).localeCompare(profileKey(b.profile))
  )
}
