import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addDevice, addPhone, addUser, comeBack, goDark, until } from './scene'

// In the project's folder, so that packages are found from there.
const program = resolve('node_modules', `.keeper-${process.pid}`, 'keeper.mjs')
let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
let running: ChildProcess | undefined

beforeAll(async () => {
  const [open, started] = await Promise.all([
    testDatabase(),
    startPushService(),
    build({
      entryPoints: ['workers/keeper.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      alias: { '@': resolve('.') },
      outfile: program,
      logLevel: 'error',
    }),
  ])
  database = open
  service = started
})
afterAll(async () => {
  running?.kill('SIGKILL')
  await service?.stop()
  await database?.stop()
  await rm(resolve(program, '..'), { recursive: true, force: true })
})

function start(): ChildProcess {
  running = spawn(process.execPath, [program], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      ALLOW_PRIVATE_WEBHOOKS: 'yes',
      NODE_EXTRA_CA_CERTS: service.caFile,
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      VAPID_SUBJECT: 'mailto:operator@example.net',
    },
    stdio: 'inherit',
  })
  return running
}

test('killed at any moment of an incident, started again: told once, and told that it is back', async () => {
  const { sql } = database
  const phone = await addPhone(sql, service, await addUser(sql))
  const device = await addDevice(sql, 'Ridge-3')
  const first = start()
  await goDark(sql, device)
  await until('the notice', () => phone.messages().length === 1)
  first.kill('SIGKILL') // most likely before it could write down that the notice was accepted
  await comeBack(sql, device)
  const second = start()
  await until('the end', () => phone.messages().length === 2, 25_000)
  expect(phone.messages().map((one) => one.title)).toEqual(['Ridge-3 is down', 'Ridge-3 is back'])

  const ended = new Promise((done) => second.once('exit', done))
  second.kill('SIGTERM')
  expect(await ended).toBe(0)
}, 240_000)
