import { describe, expect, it } from 'vitest'
import { readLaunchOptions } from '../../../../src-main/platform/launch-options'

describe('readLaunchOptions', () => {
  it('takes what follows the divider as paths, seen from the folder of the start', () => {
    const argv = ['electron', '/app', '--no-sandbox', '--', 'study', '/data/x.dcm', '-odd-name']
    expect(readLaunchOptions(argv, {}, true, '/home/r').paths).toEqual([
      '/home/r/study',
      '/data/x.dcm',
      '/home/r/-odd-name'
    ])
  })

  it('does not take the app itself, or flags, for studies', () => {
    expect(readLaunchOptions(['electron', '/app', '--no-sandbox', '--'], {}, true, '/').paths).toEqual([])
    expect(
      readLaunchOptions(['electron', '-r', 'x.js', '/app', '--user-data-dir=/u'], {}, true, '/').paths
    ).toEqual([])
  })

  it('takes the files that a desktop hands to an installed app', () => {
    expect(readLaunchOptions(['/opt/nidus', '--enable-x', '/data/x.dcm'], {}, false, '/').paths).toEqual([
      '/data/x.dcm'
    ])
  })

  it('reads where the picture is to go', () => {
    expect(
      readLaunchOptions(['e', '/app'], { NIDUS_SCREENSHOT: 'a.png' }, true, '/home/r').screenshotPath
    ).toBe('/home/r/a.png')
    expect(readLaunchOptions(['e', '/app'], { NIDUS_SCREENSHOT: '' }, true, '/').screenshotPath).toBeNull()
  })
})
