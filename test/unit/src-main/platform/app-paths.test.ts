import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { appRoot, appVersion, modelFolders, resourcePath } from '../../../../src-main/platform/app-paths'

const root = resolve(__dirname, '../../../..')

it('finds the project from wherever its code runs', () => {
  expect(appRoot()).toBe(root)
  expect(appVersion()).toBe(
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
  )
  expect(modelFolders('/data/nidus')).toEqual([join(root, 'models'), join('/data/nidus', 'models')])
  expect(existsSync(resourcePath('demo-study'))).toBe(true)
})
