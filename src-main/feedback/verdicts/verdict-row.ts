import { NidusError } from '../../contract/errors'
import { verdictSchema, type Verdict } from '../../contract/feedback'
import type { SqlRow, SqlValue } from '../store/open-database'

const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
const fromJson = (value: SqlValue): unknown => (typeof value === 'string' ? JSON.parse(value) : null)

/** A verdict as a row of `verdicts`. */
export function verdictRow(verdict: Verdict): SqlRow {
  const { image, analysis } = verdict
  return {
    id: verdict.id,
    session_id: verdict.sessionId,
    kind: verdict.kind,
    reason: verdict.reason,
    text: verdict.text,
    subject_key: verdict.subjectKey,
    supersedes: verdict.supersedes,
    before_reveal: verdict.beforeReveal ? 1 : 0,
    blind: verdict.blind ? 1 : 0,
    recorded_at: verdict.recordedAt,
    app_version: verdict.appVersion,
    patient_key: image.patientKey,
    study_uid: image.studyInstanceUid,
    series_uid: image.seriesInstanceUid,
    sop_uid: image.sopInstanceUid,
    slice_index: image.sliceIndex,
    image_rows: image.rows,
    image_columns: image.columns,
    geometry: toJson(image.geometry),
    modality: image.modality,
    scanner_manufacturer: image.scanner.manufacturer,
    scanner_model: image.scanner.model,
    scanner_protocol: image.scanner.protocol,
    region: toJson(verdict.region),
    masks: JSON.stringify(verdict.masks),
    drawing: toJson(verdict.drawing),
    map: analysis?.map ?? null,
    threshold_id: analysis?.threshold.id ?? null,
    threshold_version: analysis?.threshold.version ?? null,
    threshold_value: analysis?.threshold.value ?? null,
    model_id: analysis?.model.id ?? null,
    model_version: analysis?.model.version ?? null,
    model_sha256: analysis?.model.sha256 ?? null,
    preprocessing_version: analysis?.preprocessingVersion ?? null,
    provider: analysis?.provider ?? null,
    slice_statistics: toJson(analysis?.slices ?? null)
  }
}

/**
 * A row of `verdicts`, parsed.
 * @throws NidusError `feedback-corrupt` for a row that no Nidus wrote
 */
export function parseVerdict(row: SqlRow): Verdict {
  const parsed = verdictSchema.safeParse({
    id: row.id,
    sessionId: row.session_id,
    kind: row.kind,
    reason: row.reason,
    text: row.text,
    subjectKey: row.subject_key,
    supersedes: row.supersedes,
    beforeReveal: row.before_reveal === 1,
    blind: row.blind === 1,
    recordedAt: row.recorded_at,
    appVersion: row.app_version,
    image: {
      studyInstanceUid: row.study_uid,
      seriesInstanceUid: row.series_uid,
      sopInstanceUid: row.sop_uid,
      sliceIndex: row.slice_index,
      rows: row.image_rows,
      columns: row.image_columns,
      geometry: fromJson(row.geometry),
      modality: row.modality,
      scanner: {
        manufacturer: row.scanner_manufacturer,
        model: row.scanner_model,
        protocol: row.scanner_protocol
      },
      patientKey: row.patient_key
    },
    region: fromJson(row.region),
    masks: fromJson(row.masks),
    drawing: fromJson(row.drawing),
    analysis:
      row.map === null
        ? null
        : {
            map: row.map,
            threshold: { id: row.threshold_id, version: row.threshold_version, value: row.threshold_value },
            model: { id: row.model_id, version: row.model_version, sha256: row.model_sha256 },
            preprocessingVersion: row.preprocessing_version,
            provider: row.provider,
            slices: fromJson(row.slice_statistics)
          }
  })
  if (parsed.success) return parsed.data
  const reason = `verdict row: ${parsed.error.issues[0]?.path.join('.') || parsed.error.issues[0]?.message}`
  throw new NidusError('feedback-corrupt', { reason })
}
