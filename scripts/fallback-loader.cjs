// Stands where a packaged application would lie in the fallback runtime and does what Electron's own default app
// does: loads the application named on the command line, after the modules named by -r.
// Runs inside Electron 22 (Node 16), copied there by electron-runtime.mjs.
const { app } = require('electron')
const Module = require('node:module')
const path = require('node:path')

process.defaultApp = true

const modules = []
let target
const given = process.argv.slice(1)
for (let i = 0; i < given.length; i++) {
  if (given[i] === '-r' || given[i] === '--require') modules.push(given[++i])
  else if (given[i].startsWith('-')) continue
  else {
    target = path.resolve(given[i])
    break
  }
}

function load() {
  if (target === undefined) throw new Error('usage: electron [-r module] APPLICATION [arguments]')
  // Our own package.json named this loader; the application brings its name, version and main file.
  let facts = {}
  try {
    facts = require(path.join(target, 'package.json'))
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
  }
  const name = facts.productName ?? facts.name
  if (name !== undefined) {
    app.name = name
    if (!app.commandLine.hasSwitch('user-data-dir'))
      app.setPath('userData', path.join(app.getPath('appData'), name))
  }
  if (facts.version !== undefined && typeof app.setVersion === 'function') app.setVersion(facts.version)
  const mainFile = Module._resolveFilename(target, null, true)
  if (typeof app.setAppPath === 'function')
    app.setAppPath(facts.name === undefined ? path.dirname(mainFile) : target)
  Module._load(mainFile, Module, true)
}

try {
  if (modules.length > 0) Module._preloadModules(modules)
  load()
} catch (error) {
  console.error(error.stack ?? String(error))
  app.exit(1)
}
