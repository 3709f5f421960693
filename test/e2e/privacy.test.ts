import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { launchApp, type RunningApp } from '../helpers/launch-app'
import { leaks, mark, markedSlice } from '../helpers/marked-identifiers'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForSlices } from '../helpers/wait-for-analysis'

/** Files below a folder, by their paths from there. */
function everythingBelow(place: string, within = place): [name: string, content: string][] {
  return readdirSync(place).flatMap((name) => {
    const path = join(place, name)
    const entry = lstatSync(path)
    if (entry.isDirectory()) return everythingBelow(path, within)
    return entry.isFile()
      ? [[path.slice(within.length), readFileSync(path, 'latin1')] as [string, string]]
      : []
  })
}

const exportFormats = ['coco', 'csv', 'nifti', 'png', 'training']

/** Writes what readers said in every format, as from the sheet of the window. */
async function exportAll({ app, page }: RunningApp, place: string): Promise<void> {
  mkdirSync(place)
  await page.getByTestId('open-verdict-data').click()
  for (const format of exportFormats) {
    const target = join(place, format)
    if (format !== 'coco') mkdirSync(target)
    await app.evaluate(
      ({ dialog }, { path, file }) => {
        dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file })
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
      },
      { path: target, file: `${target}.json` }
    )
    await page.getByTestId(`format-${format}`).check()
    await page.getByTestId('export').click()
    await expect
      .poll(() => everythingBelow(place).filter(([name]) => name.includes(format)).length)
      .toBeGreaterThan(0)
    await page.getByTestId('export').and(page.locator(':enabled')).waitFor()
  }
  await page.keyboard.press('Escape')
}

it.each([
  ['shown', false],
  ['hidden', true]
])(
  'keeps names out of user data, temporary files and what it prints, %s in the window',
  async (_, hidden) => {
    const folder = temporaryFolder()
    // folders and files are often named after their patient
    const study = join(folder, `${mark} study`)
    for (const place of [study, join(folder, 'temporary'), join(folder, 'home')]) mkdirSync(place)
    for (const z of [0, 1, 2]) writeFileSync(join(study, `${mark}-${z}`), markedSlice(z))
    const whole = markedSlice(3)
    writeFileSync(join(study, `${mark}-cut-in-pixels`), whole.subarray(0, whole.length - 3000))
    writeFileSync(join(study, `${mark}-cut-in-header`), whole.subarray(0, 900))
    const home = join(folder, 'home')
    let userData = ''
    const running = await launchApp([study], {
      env: { TMPDIR: join(folder, 'temporary'), HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
      prepare: async (path) => {
        userData = path
        writeFileSync(join(path, 'settings.json'), JSON.stringify({ hideIdentifiers: hidden }))
      }
    })
    const printed: string[] = []
    const { page, app } = running
    app.process().stdout?.on('data', (chunk: Buffer) => printed.push(chunk.toString('latin1')))
    app.process().stderr?.on('data', (chunk: Buffer) => printed.push(chunk.toString('latin1')))
    page.on('console', (message) => printed.push(message.text()))
    const written: [string, string][] = []
    try {
      // the cut slice is shown, not analysed
      await waitForSlices(page, 3)
      // in the window it is to be seen, or the rest would show nothing
      const listed = await page.getByTestId('study-list').textContent()
      expect(listed?.includes(mark)).toBe(!hidden)
      // a verdict goes into the store
      await page.keyboard.press('k')
      await page.getByTestId('reader-name').fill('A. Reader')
      await page.keyboard.press('Enter')
      await page.waitForSelector('[data-testid=slice-normal][aria-pressed=true]')
      await exportAll(running, join(folder, 'exports'))
      const exported = everythingBelow(join(folder, 'exports'))
      expect(exported.length).toBeGreaterThan(exportFormats.length)
      written.push(...exported, ...everythingBelow(userData), ...everythingBelow(join(folder, 'temporary')))
    } finally {
      // the app's folder goes with it: what it writes at its end goes to the other two places only
      await running.close()
    }
    written.push(...everythingBelow(join(folder, 'temporary')), ...everythingBelow(home))
    expect(written.some(([, content]) => content.startsWith('SQLite format 3'))).toBe(true)
    expect(leaks([...written, ['printed', printed.join('')]])).toEqual([])
  }
)
