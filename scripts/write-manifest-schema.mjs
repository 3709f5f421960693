// Writes models/model.schema.json from the zod schema of the manifest. Run: npm run schema
import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { runnerImport } from 'vite'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const { module } = await runnerImport(resolve(root, 'src-main/inference/manifest-json-schema.ts'), {
  configFile: false,
  logLevel: 'error',
  root
})
const target = resolve(root, 'models/model.schema.json')
const style = await resolveConfig(target)
const text = await format(JSON.stringify(module.manifestJsonSchema()), { ...style, parser: 'json' })
writeFileSync(target, text)
console.log(`wrote ${target}`)
