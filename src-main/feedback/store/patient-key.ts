import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NidusError } from '../../contract/errors'
import { writeFileAtomically } from './write-file-atomically'

/** Path of the secret that patient keys are made with: beside the database, in no backup and no export. */
export function saltPath(folder: string): string {
  return join(folder, 'patient.salt')
}

/**
 * The folder's secret salt, 32 random bytes as hex; made at the first call.
 * @throws NidusError `feedback-unavailable` when the file is there but is no salt
 */
export function readOrCreateSalt(folder: string): string {
  const read = (): string | null => {
    try {
      return readFileSync(saltPath(folder), 'utf8').trim()
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw new NidusError('feedback-unavailable', { path: saltPath(folder), reason: 'salt unreadable' })
    }
  }
  let salt = read()
  if (salt === null) {
    writeFileAtomically(saltPath(folder), `${randomBytes(32).toString('hex')}\n`)
    salt = read()
  }
  if (!salt || !/^[0-9a-f]{64}$/.test(salt)) {
    throw new NidusError('feedback-unavailable', { path: saltPath(folder), reason: 'not a salt' })
  }
  return salt
}

/** Tells salts apart without giving them away. */
export function saltFingerprint(salt: string): string {
  return createHash('sha256').update(`nidus patient salt ${salt}`).digest('hex').slice(0, 16)
}

/**
 * Keyed hash (HMAC-SHA-256, RFC 2104) of an identifier. `kind` keeps equal texts of different meaning apart.
 * @returns 64 hex digits
 */
export function keyedHash(
  salt: string,
  kind: 'patient' | 'study' | 'series' | 'image',
  identifier: string
): string {
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(`${kind}\n${identifier}`, 'utf8').digest('hex')
}

/**
 * The key that groups studies of a patient. Images without a patient ID stand alone, by their study.
 * @param patientId Patient ID (0010,0020) with its issuer, or null; used here and forgotten
 */
export function patientKey(salt: string, patientId: string | null, studyInstanceUid: string): string {
  const id = patientId?.trim()
  return id ? keyedHash(salt, 'patient', id) : keyedHash(salt, 'study', studyInstanceUid)
}
