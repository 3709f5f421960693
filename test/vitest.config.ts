import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const patient = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  root: resolve(__dirname, '..'),
  test: {
    environment: 'node',
    pool: 'forks',
    reporters: ['default', resolve(__dirname, 'reporter.ts')],
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...patient } },
      {
        extends: true,
        test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...patient }
      },
      { extends: true, test: { name: 'corpus', include: ['test/corpus/**/*.test.ts'], ...patient } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // One window at a time: the tests drive a real Electron.
          fileParallelism: false,
          maxWorkers: 1,
          // After the others, because projects of one group must agree on the number of workers.
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000
        }
      }
    ]
  }
})
