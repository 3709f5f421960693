import type { Migration } from './migration'
import { appendOnly } from './append-only'

/** Who read which study, and what they said. */
export const readingsAndVerdicts: Migration = {
  version: 2,
  name: 'readings and verdicts',
  sql: `
    CREATE TABLE reader_sessions (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      reader TEXT NOT NULL CHECK (reader <> ''),
      reader_key TEXT NOT NULL CHECK (reader_key <> ''),
      started_at TEXT NOT NULL,
      app_version TEXT NOT NULL
    ) STRICT;
    CREATE TABLE reading_events (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session_id TEXT NOT NULL REFERENCES reader_sessions (id),
      study_uid TEXT NOT NULL,
      event TEXT NOT NULL CHECK (event IN ('opened', 'revealed', 'completed', 'reopened')),
      recorded_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reading_events_by_study ON reading_events (study_uid, seq);
    CREATE TABLE unblindings (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session_id TEXT NOT NULL REFERENCES reader_sessions (id),
      study_uid TEXT NOT NULL,
      reason TEXT NOT NULL,
      recorded_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX unblindings_by_study ON unblindings (study_uid);
    CREATE TABLE verdicts (
      seq INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      session_id TEXT NOT NULL REFERENCES reader_sessions (id),
      kind TEXT NOT NULL CHECK (kind IN
        ('confirm', 'reject', 'unsure', 'missed', 'slice-normal', 'study-normal', 'retracted')),
      reason TEXT CHECK (reason IN ('normal-variant', 'artefact', 'post-operative', 'wrong-place', 'other')),
      text TEXT NOT NULL,
      subject_key TEXT NOT NULL,
      supersedes TEXT REFERENCES verdicts (id),
      before_reveal INTEGER NOT NULL CHECK (before_reveal IN (0, 1)),
      blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
      recorded_at TEXT NOT NULL,
      app_version TEXT NOT NULL,
      patient_key TEXT NOT NULL CHECK (length(patient_key) = 64),
      study_uid TEXT NOT NULL,
      series_uid TEXT,
      sop_uid TEXT,
      slice_index INTEGER,
      image_rows INTEGER,
      image_columns INTEGER,
      geometry TEXT CHECK (geometry IS NULL OR json_valid(geometry)),
      modality TEXT NOT NULL,
      scanner_manufacturer TEXT,
      scanner_model TEXT,
      scanner_protocol TEXT,
      region TEXT CHECK (region IS NULL OR json_valid(region)),
      masks TEXT NOT NULL CHECK (json_valid(masks)),
      drawing TEXT CHECK (drawing IS NULL OR json_valid(drawing)),
      map TEXT,
      threshold_id TEXT,
      threshold_version TEXT,
      threshold_value REAL,
      model_id TEXT,
      model_version TEXT,
      model_sha256 TEXT,
      preprocessing_version TEXT,
      provider TEXT,
      slice_statistics TEXT CHECK (slice_statistics IS NULL OR json_valid(slice_statistics)),
      CHECK (kind <> 'reject' OR reason IS NOT NULL),
      CHECK (kind <> 'retracted' OR supersedes IS NOT NULL),
      CHECK (supersedes <> id)
    ) STRICT;
    CREATE INDEX verdicts_by_study ON verdicts (study_uid, seq);
    CREATE INDEX verdicts_by_subject ON verdicts (subject_key, seq);
    CREATE INDEX verdicts_by_superseded ON verdicts (supersedes);
    CREATE INDEX verdicts_by_model ON verdicts (model_sha256, map);
    ${appendOnly('reader_sessions')}
    ${appendOnly('reading_events')}
    ${appendOnly('unblindings')}
    ${appendOnly('verdicts')}`
}
