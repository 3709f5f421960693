import { resolve } from 'node:path'

/** What the command line and the environment ask of a start of the app. */
export interface LaunchOptions {
  /** absolute; empty: the demo study is wanted */
  paths: string[]
  /** where to write a PNG of the window once its first heatmap is up, before ending; null: stay open */
  screenshotPath: string | null
}

/**
 * Reads `electron APP [flags] -- PATH...`. An installed app has no APP, and there every argument that is no flag
 * counts as a path too, since that is how desktops hand over files.
 * @param argv process.argv
 * @param isDevelopment process.defaultApp: whether the first argument names the app
 * @param from folder that relative paths start at
 */
export function readLaunchOptions(
  argv: string[],
  env: NodeJS.ProcessEnv,
  isDevelopment: boolean,
  from: string
): LaunchOptions {
  const divider = argv.indexOf('--')
  const before = divider === -1 ? argv.slice(1) : argv.slice(1, divider)
  const after = divider === -1 ? [] : argv.slice(divider + 1)
  const handedOver = isDevelopment ? [] : before.filter((argument) => !argument.startsWith('-'))
  const screenshot = env.NIDUS_SCREENSHOT
  return {
    paths: [...handedOver, ...after].map((path) => resolve(from, path)),
    screenshotPath: screenshot ? resolve(from, screenshot) : null
  }
}
