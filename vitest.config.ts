import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const wholeProduct = ['test/e2e/**/*.test.ts', 'test/faults/**/*.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/setup/postgres.ts'],
    projects: [
      {
        extends: true,
        // Most of them wait, for a process, a database or a clock, more than they work: more at once than there are cores.
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: wholeProduct,
          maxWorkers: Math.max(3, availableParallelism() + 1),
          sequence: { groupOrder: 0 },
        },
      },
      {
        // These start the built product and a browser, and measure times: one file after the other, after the rest.
        extends: true,
        test: {
          name: 'whole',
          include: wholeProduct,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
        },
      },
    ],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)) } },
})
