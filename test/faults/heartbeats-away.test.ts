import { describe, test } from 'vitest'
import { built, kill } from '../setup/product'
import { beatingJobs } from './beating-jobs'
import { awaySeconds, databaseAway } from './database-away'

const missing = built ? null : 'the build: run npm test, which builds'
if (missing) console.info(`Skipped "heartbeats while the database is away": ${missing}`)

describe.skipIf(missing)('heartbeats while the database is away', () => {
  const jobs = beatingJobs()

  test(`PostgreSQL is gone for ${awaySeconds} s: nothing is lost, refused or called dark`, async () => {
    await databaseAway(
      jobs,
      () => {
        process.kill(jobs.product().starterPid(), 'SIGSTOP') // or it would start it again at once
        for (const pid of jobs.product().pids().postgres) kill(pid, 'SIGKILL')
      },
      () => process.kill(jobs.product().starterPid(), 'SIGCONT'),
    )
  }, 1_200_000)
})
