import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const waits = ['link-cut', 'two-probes', 'job-silence'].map((name) => `test/faults/${name}.test.ts`)
const wholeProduct = ['test/e2e/**/*.test.ts', 'test/faults/**/*.test.ts']

const whole = (name: string, include: string[], groupOrder: number, exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude, maxWorkers: 1, sequence: { groupOrder }, testTimeout: 180_000 },
})

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
      // These start the built product, and measure times: one file after the other in each, after the fast tests. What
      // mostly waits runs beside the browsers, what loads the machine runs alone.
      whole('browsers', ['test/e2e/**/*.test.ts'], 1),
      whole('waits', waits, 1),
      whole('faults', ['test/faults/**/*.test.ts'], 2, waits),
    ],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)) } },
})
