import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { rememberAnswers } from '../../../../src-main/inference/remembered'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const schema = z.object({ usable: z.boolean() })

describe('rememberAnswers', () => {
  it('knows from start to start what it was told, and the last word of it', async () => {
    const folder = join(temporaryFolder(), 'not', 'there')
    const path = join(folder, 'answers.json')
    await rememberAnswers(path, schema).set('cuda', { usable: true })
    await rememberAnswers(path, schema).set('dml', { usable: false })
    await rememberAnswers(path, schema).set('cuda', { usable: false })
    const later = rememberAnswers(path, schema)
    expect(await later.get('cuda')).toEqual({ usable: false })
    expect(await later.get('dml')).toEqual({ usable: false })
    expect(await later.get('webgpu')).toBeUndefined()
    expect(readdirSync(folder)).toEqual(['answers.json'])
  })

  it.each(['', '{', '[["cuda",{"usable":1}]]', '{"cuda":{"usable":true}}'])(
    'takes %j for nothing known',
    async (text) => {
      const path = join(temporaryFolder(), 'answers.json')
      writeFileSync(path, text)
      const store = rememberAnswers(path, schema)
      expect(await store.get('cuda')).toBeUndefined()
      await store.set('cuda', { usable: true })
      expect(await store.get('cuda')).toEqual({ usable: true })
    }
  )

  it('drops the oldest of more than a hundred', async () => {
    const path = join(temporaryFolder(), 'answers.json')
    const store = rememberAnswers(path, schema)
    for (let i = 0; i < 103; i++) await store.set(`key ${i}`, { usable: true })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(100)
    expect(await store.get('key 2')).toBeUndefined()
    expect(await store.get('key 3')).toEqual({ usable: true })
  })

  it('works without a folder that it could write to', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const store = rememberAnswers(join(file, 'below.json'), schema)
    await store.set('cuda', { usable: true })
    expect(await store.get('cuda')).toBeUndefined()
  })
})
