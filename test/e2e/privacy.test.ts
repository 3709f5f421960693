import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { launchApp } from '../helpers/launch-app'
import { leaks, mark, markedSlice } from '../helpers/marked-identifiers'
import { temporaryFolder } from '../helpers/temporary-folder'
import { waitForSlices } from '../helpers/wait-for-analysis'

const folder = temporaryFolder()

function everythingBelow(place: string): [name: string, content: string][] {
  return readdirSync(place).flatMap((name) => {
    const path = join(place, name)
    const entry = lstatSync(path)
    if (entry.isDirectory()) return everythingBelow(path)
    return entry.isFile()
      ? [[path.slice(folder.length), readFileSync(path, 'latin1')] as [string, string]]
      : []
  })
}

it('keeps what names a person in the window: not in user data, temporary files or what it prints', async () => {
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
    prepare: async (path) => void (userData = path)
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
    expect(await page.getByTestId('study-list').textContent()).toContain(mark)
    // a verdict goes into the store
    await page.keyboard.press('k')
    await page.getByTestId('reader-name').fill('A. Reader')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-testid=slice-normal][aria-pressed=true]')
    written.push(...everythingBelow(userData), ...everythingBelow(join(folder, 'temporary')))
  } finally {
    // the app's folder goes with it: what it writes at its end goes to the other two places only
    await running.close()
  }
  written.push(...everythingBelow(join(folder, 'temporary')), ...everythingBelow(home))
  expect(written.some(([, content]) => content.startsWith('SQLite format 3'))).toBe(true)
  expect(leaks([...written, ['printed', printed.join('')]])).toEqual([])
})
