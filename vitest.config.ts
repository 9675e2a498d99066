import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const loads = ['heartbeats-away', 'heartbeats-stopped', 'heartbeats', 'kill', 'messages', 'outbox'].map(
  (name) => `test/faults/${name}.test.ts`,
)
const wholeProduct = ['test/e2e/**/*.test.ts', 'test/faults/**/*.test.ts']

type Part = { include: string[]; exclude: string[]; maxWorkers: number; groupOrder: number }
const whole = (name: string, { groupOrder, ...part }: Part) => ({
  extends: true as const,
  test: { name, ...part, sequence: { groupOrder }, testTimeout: 600_000 },
})

/** What mostly waits begins first: at the end it would wait alone. */
const waits = /faults\/(network|link-cut|two-probes|job-silence|heartbeats-away|heartbeats-stopped)\.test\.ts$/
class WaitsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isWait = ({ moduleId }: TestSpecification) => waits.test(moduleId)
    return [...sorted.filter(isWait), ...sorted.filter((file) => !isWait(file))]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: WaitsFirst },
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
      // These start the built product, and measure times: after the fast tests, five at a time, as four wait for minutes
      // while the others work. What loads the machine on purpose comes at the end, three at a time, as two
      // of them mostly wait for a database that is away.
      whole('whole', { include: wholeProduct, exclude: loads, maxWorkers: 5, groupOrder: 1 }),
      whole('load', { include: loads, exclude: [], maxWorkers: 3, groupOrder: 2 }),
    ],
    pool: 'forks',
    // They end a test that hangs; what is fast is measured by the benchmarks. A loaded machine is five times as slow as a quiet one.
    testTimeout: 120_000,
    hookTimeout: 480_000,
    expect: { poll: { timeout: 60_000 } },
  },
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)) } },
})
