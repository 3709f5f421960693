import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build-if-stale.mjs'

// npm runs this after an install, so that the command line works at once; an install without the development
// packages has nothing to build with.
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
if (existsSync(join(root, 'node_modules', 'electron-vite'))) {
  try {
    await buildIfStale()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
