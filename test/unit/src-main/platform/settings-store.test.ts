import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { defaultSettings } from '../../../../src-main/contract/settings'
import { SettingsStore } from '../../../../src-main/platform/settings-store'
import { temporaryFolder } from '../../../helpers/temporary-folder'

const root = temporaryFolder()
let folders = 0
function fileWith(content: string | null): string {
  const folder = join(root, `user-${++folders}`)
  if (content === null) return join(folder, 'settings.json')
  mkdirSync(folder)
  const path = join(folder, 'settings.json')
  writeFileSync(path, content)
  return path
}

describe('SettingsStore', () => {
  it('starts with the defaults where there is no file, and makes none by being asked', () => {
    const path = fileWith(null)
    const store = new SettingsStore(path)
    expect(store.current).toEqual(defaultSettings)
    expect(store.current.firstLook).toBe(true)
    expect(store.takeWarning()).toBeNull()
    expect(existsSync(path)).toBe(false)
  })

  it('keeps what was changed for the next start, and leaves no other file behind', () => {
    const path = fileWith(null)
    const told = vi.fn()
    const store = new SettingsStore(path)
    store.onChange(told)
    expect(store.change({ hideIdentifiers: true, heatmapOpacity: 0.25 })).toMatchObject({
      hideIdentifiers: true,
      heatmapOpacity: 0.25,
      firstLook: true
    })
    expect(told).toHaveBeenCalledTimes(1)
    expect(readdirSync(join(path, '..'))).toEqual(['settings.json'])
    expect(new SettingsStore(path).current).toEqual({
      ...defaultSettings,
      hideIdentifiers: true,
      heatmapOpacity: 0.25
    })
  })

  it('takes what is valid of a damaged file, says once what is not, and keeps a copy', () => {
    const content = JSON.stringify({
      heatmapStyle: 'contour',
      heatmapOpacity: 7,
      firstLook: 'no',
      fromLater: 1
    })
    const path = fileWith(content)
    const store = new SettingsStore(path)
    expect(store.current).toEqual({ ...defaultSettings, heatmapStyle: 'contour' })
    expect(store.takeWarning()).toEqual({
      code: 'settings-damaged',
      context: { reason: 'not valid: firstLook, heatmapOpacity' }
    })
    expect(store.takeWarning()).toBeNull()
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(content)
  })

  it.each(['', '{"firstLook": fal', '[]', 'null', '42'])('starts with the defaults from %j', (content) => {
    const store = new SettingsStore(fileWith(content))
    expect(store.current).toEqual(defaultSettings)
    expect(store.takeWarning()?.code).toBe('settings-damaged')
  })

  it('says so where the file can not be written, and changes nothing then', () => {
    const path = join(fileWith('{}'), 'settings.json')
    const store = new SettingsStore(path)
    expect(() => store.change({ firstLook: false })).toThrowError(
      expect.objectContaining({ code: 'output-unwritable' }) as Error
    )
    expect(store.current.firstLook).toBe(true)
  })
})
