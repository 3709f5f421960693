import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright'

export const repositoryRoot = resolve(__dirname, '..', '..')

/** A running app with its own user data. */
export interface RunningApp {
  app: ElectronApplication
  page: Page
  /** messages of the page's console that are errors, and exceptions that nothing caught */
  complaints: string[]
  close(): Promise<void>
}

/** The Electron to test with: what the test runner names, else what npm start would take. */
export async function electronPath(): Promise<string> {
  const named = process.env.NIDUS_ELECTRON_PATH
  if (named) return named
  const runtime = (await import('../../scripts/electron-runtime.mjs' as string)) as {
    ensureElectron(): Promise<{ executablePath: string }>
  }
  return (await runtime.ensureElectron()).executablePath
}

/** Chromium refuses its sandbox to root. */
export const rootFlags = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** The environment for the app: without what would turn Electron into Node. */
export function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => name !== 'ELECTRON_RUN_AS_NODE' && !name.startsWith('VITEST')
    )
  ) as Record<string, string>
  return { ...env, ...extra }
}

/**
 * Starts the built app in a user-data folder of its own, at the size of a usual laptop screen.
 * @param paths to open; none for the demo study
 * @param appFolder the app to start: the repository, or what {@link copyApp} made of it
 * @param prepare fills the user-data folder before the app sees it
 */
export async function launchApp(
  paths: string[] = [],
  {
    appFolder = repositoryRoot,
    env = {},
    prepare
  }: { appFolder?: string; env?: Record<string, string>; prepare?(userData: string): Promise<unknown> } = {}
): Promise<RunningApp> {
  const userData = mkdtempSync(join(tmpdir(), 'nidus-user-'))
  await prepare?.(userData)
  const app = await _electron.launch({
    executablePath: await electronPath(),
    args: [...rootFlags, appFolder, `--user-data-dir=${userData}`, '--', ...paths],
    env: cleanEnvironment(env),
    timeout: 60_000
  })
  const page = await app.firstWindow()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return {
    app,
    page,
    complaints,
    close: async () => {
      await app.close()
      rmSync(userData, { recursive: true, force: true })
    }
  }
}

/** A copy of the built app with models of its own, for tests that break something. */
export function copyApp(): { folder: string; models: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'nidus-app-'))
  cpSync(join(repositoryRoot, 'out'), join(folder, 'out'), {
    recursive: true,
    filter: (path) => !/[\\/]out[\\/]test-/.test(path)
  })
  cpSync(join(repositoryRoot, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
  symlinkSync(join(repositoryRoot, 'resources'), join(folder, 'resources'))
  const models = join(folder, 'models')
  mkdirSync(models)
  return { folder, models, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
