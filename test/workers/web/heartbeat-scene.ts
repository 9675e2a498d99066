import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { openDatabase } from '@/lib/store/database'
import { createJob, type JobChange } from '@/lib/store/job-writes'
import type { Job } from '@/lib/store/jobs'
import { ensurePartitions } from '@/lib/store/partitions'
import type { LiveBeats } from '@/lib/wire/live'
import { type HeartbeatIntake, openHeartbeatIntake } from '@/workers/web/heartbeat-intake'
import { openBeatSpool } from '@/workers/web/heartbeat-spool'
import type { Live } from '@/workers/web/live'
import { cuttable } from '../../setup/cuttable'
import { testDatabase } from '../../setup/database'

/** An intake on a port of its own, with a database that can be cut off and a data folder that outlives it. */
export async function heartbeatScene({ trustProxy = false } = {}) {
  const database = await testDatabase()
  await ensurePartitions(database.sql, new Date())
  const way = await cuttable(database.url)
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-intake-'))
  const told: LiveBeats[] = []
  const watched = new Set<number>()
  const live: Live = {
    moments: () => {},
    pings: () => {},
    beats: (batch) => void told.push(...batch),
    wantedJobs: () => watched,
    wantsJob: (id) => watched.has(id),
    onWatch: () => {},
  }
  let intake: HeartbeatIntake | undefined
  let running = new AbortController()
  const server = createServer((request, response) => {
    if (intake?.take(request, response)) return
    response.statusCode = 418 // Next.js would have it
    response.end('a page')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')

  function start(): void {
    running = new AbortController()
    intake = openHeartbeatIntake({
      spools: { own: openBeatSpool(dataDir), orphans: [] },
      databaseUrl: way.url,
      name: 'test',
      trustProxy,
      live,
      log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
      signal: running.signal,
    })
  }
  async function stop(): Promise<void> {
    running.abort()
    await intake?.stop()
    intake = undefined
  }
  openDatabase(way.url) // the process's own pool goes the same way, so that a cut concerns it, too
  start()

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    sql: database.sql,
    told,
    watched,
    dataDir,
    cut: () => way.cut(),
    heal: () => way.heal(),
    restart: async () => {
      await stop()
      start()
    },
    async job(name: string, fields: Omit<JobChange, 'name'> = {}): Promise<Job> {
      const made = await createJob({ name, ...fields })
      if ('fault' in made) throw new Error(made.fault)
      return made.job
    },
    async end(): Promise<void> {
      await stop()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      way.close()
      await database.sql.end({ timeout: 5 })
      await database.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type HeartbeatScene = Awaited<ReturnType<typeof heartbeatScene>>
