import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { chooseModel } from '../../../../src-main/commands/choose-model'
import type { Study } from '../../../../src-main/contract/study'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const folder = temporaryFolder()
const models = join(folder, 'models')
const studyOf = (bodyPart: string): Study =>
  ({
    description: '',
    series: [{ modality: 'MR', bodyPart, description: '', slices: [] }]
  }) as unknown as Study
const brain = studyOf('BRAIN')
const wrist = studyOf('WRIST')

beforeAll(() => {
  cpSync(resolve(__dirname, '../../../fixtures/models/tiny-vae'), join(models, 'tiny-vae'), {
    recursive: true
  })
  mkdirSync(join(models, 'broken'))
  writeFileSync(join(models, 'broken', 'model.json'), '{}')
})

describe('chooseModel', () => {
  it('takes an ID or a folder', async () => {
    expect((await chooseModel('tiny-vae', [models])).forStudies([wrist]).id).toBe('tiny-vae')
    const byFolder = await chooseModel(join(models, 'tiny-vae'), [join(folder, 'empty')])
    expect(byFolder.forStudies([]).id).toBe('tiny-vae')
  })

  it('auto takes the suggested model, or the default where none is suitable, and lists broken ones', async () => {
    const choice = await chooseModel('auto', [models])
    expect(choice.problems.map(({ id }) => id)).toEqual(['broken'])
    expect(choice.forStudies([brain]).id).toBe('tiny-vae')
    expect(choice.forStudies([wrist]).id).toBe('tiny-vae')
  })

  it('says why a model cannot be taken', async () => {
    await expect(chooseModel('other', [models])).rejects.toMatchObject({
      code: 'model-not-found',
      context: { reason: expect.stringContaining('tiny-vae') as string }
    })
    await expect(chooseModel('broken', [models])).rejects.toMatchObject({ code: 'model-manifest-invalid' })
    await expect(chooseModel('auto', [join(folder, 'empty')])).rejects.toMatchObject({
      code: 'model-not-found'
    })
  })
})
