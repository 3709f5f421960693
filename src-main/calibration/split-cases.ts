/** The two parts that a site's cases are put to; training cases never come here. */
export interface CaseSplit<Case> {
  calibration: Case[]
  heldOut: Case[]
}

/**
 * Splits cases into those that a threshold is learnt from and those that its figures come from, by patient: a
 * patient is in one part only, and stays there when more cases come, because the part depends on the patient key and
 * the seed alone.
 * @param heldOutShare expected share of patients held out, 0 to 1
 */
export function splitCases<Case extends { patient: string }>(
  cases: readonly Case[],
  heldOutShare = 0.3,
  seed = 1
): CaseSplit<Case> {
  const split: CaseSplit<Case> = { calibration: [], heldOut: [] }
  const byPatient = new Map<string, boolean>()
  for (const own of cases) {
    let isHeldOut = byPatient.get(own.patient)
    if (isHeldOut === undefined) {
      isHeldOut = patientFraction(own.patient, seed) < heldOutShare
      byPatient.set(own.patient, isHeldOut)
    }
    split[isHeldOut ? 'heldOut' : 'calibration'].push(own)
  }
  return split
}

/**
 * Patients that are in more than one of the sets training, calibration and held-out. Empty where the three-way
 * discipline holds.
 */
export function sharedPatients(sets: readonly (readonly { patient: string }[])[]): string[] {
  const owner = new Map<string, number>()
  const shared = new Set<string>()
  sets.forEach((cases, index) => {
    for (const { patient } of cases) {
      const first = owner.get(patient)
      if (first === undefined) owner.set(patient, index)
      else if (first !== index) shared.add(patient)
    }
  })
  return [...shared]
}

/** A number in [0, 1) from a key: FNV-1a over its UTF-16 units, then the murmur3 finaliser to spread it. */
function patientFraction(patient: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = 0; i < patient.length; i++) hash = Math.imul(hash ^ patient.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  hash ^= hash >>> 16
  return (hash >>> 0) / 4294967296
}
