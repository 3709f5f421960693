import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { manifestJsonSchema } from '../../../../src-main/inference/manifest-json-schema'

it('is what models/model.schema.json holds (npm run schema writes it anew)', () => {
  const file = resolve(__dirname, '../../../../models/model.schema.json')
  const generated: unknown = JSON.parse(JSON.stringify(manifestJsonSchema()))
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(generated)
})
