/**
 * One numbered step of the schema. Released steps never change. Columns added to an audited table later must be
 * nullable: the audit hash leaves nulls out, so older rows keep theirs.
 */
export interface Migration {
  /** value of `PRAGMA user_version` after the step; steps are numbered 1, 2, 3, … */
  version: number
  name: string
  sql: string
}
