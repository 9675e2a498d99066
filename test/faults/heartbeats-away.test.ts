import { describe, expect, test } from 'vitest'
import { alive, built, kill, until } from '../setup/product'
import { beatingJobs, jobCount } from './beating-jobs'

const missing = built ? null : 'the build: run npm test, which builds'
if (missing) console.info(`Skipped "heartbeats while the database is away": ${missing}`)

const awaySeconds = Number(process.env.DATABASE_AWAY_SECONDS ?? 60)

describe.skipIf(missing)('heartbeats while the database is away', () => {
  const { product, underLoad, expectAll, outagesOf } = beatingJobs()

  /** The database goes and comes back under load. Nothing is lost, nothing refused, and no job is called dark for it. */
  async function databaseAway(go: () => void, comeBack: () => void): Promise<void> {
    const load = underLoad(() => product().url)
    await until('beats', async () => load.sent.length > jobCount * 4)
    const outagesBefore = await outagesOf()
    go()
    const goneAt = Date.now()
    await until('the time to pass', async () => Date.now() - goneAt > awaySeconds * 1000, awaySeconds * 1000 + 10_000)
    comeBack()
    const backFrom = load.sent.length
    await until(
      'beats to go straight to the database again',
      async () => load.sent.slice(backFrom).filter(({ status }) => status === 200).length > jobCount,
      60_000,
    )
    // Long enough for the keeper to judge, and to be wrong: a period, its grace and the quiet after a gap.
    const judgedAt = Date.now()
    await until('the keeper to have judged', async () => Date.now() - judgedAt > 15_000, 30_000)
    await load.stop()
    expect(load.refused).toEqual([])
    expect(load.sent.filter(({ status }) => status === 202).length).toBeGreaterThan(jobCount)
    await expectAll(load.sent)
    expect(await outagesOf()).toEqual(outagesBefore)
  }

  test(`PostgreSQL stands still for ${awaySeconds} s: nothing is lost, refused or called dark`, async () => {
    let stopped: number[] = []
    await databaseAway(
      () => {
        stopped = product().pids().postgres // by now with the intake's own
        for (const pid of stopped) kill(pid, 'SIGSTOP')
      },
      () => {
        for (const pid of stopped) if (alive(pid)) process.kill(pid, 'SIGCONT')
      },
    )
  }, 300_000)

  test(`PostgreSQL is gone for ${awaySeconds} s: nothing is lost, refused or called dark`, async () => {
    await databaseAway(
      () => {
        process.kill(product().starterPid(), 'SIGSTOP') // or it would start it again at once
        for (const pid of product().pids().postgres) kill(pid, 'SIGKILL')
      },
      () => process.kill(product().starterPid(), 'SIGCONT'),
    )
  }, 300_000)
})
