import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { built, freePort, until } from '../setup/product'
import { beatingJobs, jobCount } from './beating-jobs'

const missing = built ? null : 'the build: run npm test, which builds'
if (missing) console.info(`Skipped "heartbeats under load": ${missing}`)

const rounds = Number(process.env.HEARTBEAT_KILLS ?? 20)

describe.skipIf(missing)('heartbeats under load', () => {
  const { product, underLoad, expectAll } = beatingJobs()

  test(`kill -9 of a web, ${rounds} times: every acknowledged beat is there, and none twice`, async () => {
    const port = await freePort()
    const webAt = `http://127.0.0.1:${port}`
    const start = () =>
      spawn(process.execPath, [resolve('dist/role.mjs'), 'web'], {
        env: {
          ...Object.fromEntries(
            Object.entries(process.env).filter(([name]) => !/^(VITEST|DATABASE_URL|SECRET_KEY)/.test(name)),
          ),
          NODE_ENV: 'production',
          DATA_DIR: product().dataDir,
          PORT: String(port),
          SITE_URL: webAt,
          LOG_FORMAT: 'json',
        },
        stdio: 'ignore',
      })
    const isUp = async () => (await fetch(`${webAt}/health`).catch(() => null))?.ok ?? false
    let web: ChildProcess = start()
    await until('the second web', isUp, 60_000)
    const load = underLoad(() => webAt)
    for (let round = 0; round < rounds; round++) {
      const before = load.sent.length
      await until('beats of this round', async () => load.sent.length > before + jobCount * 2)
      web.kill('SIGKILL')
      await until('the web to be gone', async () => web.exitCode !== null || web.signalCode !== null)
      web = start()
      await until('the web to be back', isUp, 60_000)
    }
    await load.stop()
    web.kill('SIGTERM')
    expect(load.refused).toEqual([])
    expect(load.sent.length).toBeGreaterThan(rounds * jobCount * 2)
    await expectAll(load.sent)
  }, 600_000)
})
