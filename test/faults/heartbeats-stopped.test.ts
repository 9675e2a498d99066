import { describe, test } from 'vitest'
import { alive, built, kill } from '../setup/product'
import { beatingJobs } from './beating-jobs'
import { awaySeconds, databaseAway } from './database-away'

const missing = built ? null : 'the build: run npm test, which builds'
if (missing) console.info(`Skipped "heartbeats while the database stands still": ${missing}`)

describe.skipIf(missing)('heartbeats while the database stands still', () => {
  const jobs = beatingJobs()

  test(`PostgreSQL stands still for ${awaySeconds} s: nothing is lost, refused or called dark`, async () => {
    let stopped: number[] = []
    await databaseAway(
      jobs,
      () => {
        stopped = jobs.product().pids().postgres // by now with the intake's own
        for (const pid of stopped) kill(pid, 'SIGSTOP')
      },
      () => {
        for (const pid of stopped) if (alive(pid)) process.kill(pid, 'SIGCONT')
      },
    )
  }, 1_200_000)
})
