import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number }

/** Runs vitest with these arguments, closes with one plain line of counts, and returns the exit code. */
export async function runTests(args: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'beatline-report-'))
  const reportFile = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const code = await new Promise<number>((done, failed) => {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args]
    const child = spawn(process.execPath, vitest, { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
    child.once('error', failed)
    child.once('exit', (status, signal) => done(status ?? (signal === 'SIGINT' ? 130 : 1)))
  })
  const text = await readFile(reportFile, 'utf8').catch(() => null)
  await rm(folder, { recursive: true, force: true })
  if (text === null) return code || 1
  const report: Report = JSON.parse(text)
  const skipped = report.numPendingTests + report.numTodoTests
  console.log(`\n${report.numPassedTests} passed, ${report.numFailedTests} failed, ${skipped} skipped`)
  return code
}
