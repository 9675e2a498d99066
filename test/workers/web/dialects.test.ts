import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import Cronitor from 'cronitor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Signal } from '@/lib/domain/job-state'
import { lastBeats, listBeats, type StoredBeat } from '@/lib/store/beats'
import { pingKey } from '@/lib/store/job-index'
import { findJob, type Job, listJobs } from '@/lib/store/jobs'
import { type HeartbeatScene, heartbeatScene } from './heartbeat-scene'

const run = promisify(execFile)
let scene: HeartbeatScene
let key: string

beforeAll(async () => {
  scene = await heartbeatScene()
  key = await pingKey()
})
afterAll(() => scene.end())

let made = 0
const newJob = () => scene.job(`job ${++made}`)
const ask = (path: string, init: RequestInit = {}) => fetch(scene.url + path, init)
const beatsOf = async (job: Job): Promise<StoredBeat[]> => (await lastBeats([job.id], 50)).get(job.id) ?? []
const signalsOf = async (job: Job): Promise<(Signal | 'missed')[]> => (await beatsOf(job)).map((beat) => beat.signal)
const named = async (name: string) => (await listJobs({ search: name })).items.find((job) => job.name === name)

/** A crontab line of a peer, with only the host changed, as sh runs it. Answers with what it printed. */
async function crontab(line: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', line.replaceAll('HOST', scene.url)])
  return stdout
}

async function alias(job: Job, token: string): Promise<void> {
  await scene.sql`insert into job_aliases (token, job_id) values (${token}, ${job.id})`
  await scene.sql`select pg_notify('beatline_jobs', ${String(job.id)})`
}

describe('crontab lines with only the host changed', () => {
  test('of Healthchecks, hosted and by itself', async () => {
    const job = await newJob()
    await crontab(`true && curl -fsS -m 10 --retry 5 -o /dev/null HOST/${job.uuid}`)
    await crontab(`curl -fsS -m 10 --retry 5 HOST/ping/${job.uuid}/start`)
    await crontab(`m=$(echo "disk full"; false); curl -fsS -m 10 --retry 5 --data-raw "$m" HOST/ping/${job.uuid}/$?`)
    await crontab(`wget -q -T 10 -t 5 -O /dev/null HOST/ping/${job.uuid}`)
    await crontab(`curl -fsS -m 10 --head HOST/ping/${job.uuid}/log`)
    const beats = await beatsOf(job)
    expect(beats.map((beat) => beat.signal)).toEqual(['success', 'start', 'fail', 'success', 'log'])
    expect(beats[2]).toMatchObject({ exitStatus: 1, method: 'POST' })
    expect((await listBeats(job.id)).items.find((beat) => beat.signal === 'fail')?.body).toBe('disk full')
    expect(beats[4]?.method).toBe('HEAD')
    expect(beats[0]?.agent).toMatch(/^curl/)
  })

  test('of Healthchecks by name: made when asked to, ambiguous when two share it', async () => {
    const answer = await crontab(`curl -sS -w ' %{http_code}' -m 10 --retry 5 HOST/ping/${key}/db-backup?create=1`)
    expect(answer).toBe('Created 201')
    expect(await crontab(`curl -fsS -w ' %{http_code}' HOST/ping/${key}/db-backup/start?create=1`)).toBe('OK 200')
    expect(await crontab(`curl -fsS HOST/${key}/db-backup`)).toBe('OK')
    const job = await named('db-backup')
    expect(job && (await signalsOf(job))).toEqual(['success', 'start', 'success'])
    expect(job).toMatchObject({ schedule: { kind: 'period', seconds: 86_400 }, graceSeconds: 3600 })
    await scene.job('DB Backup', { slug: 'db-backup' })
    await expect
      .poll(async () => {
        const twice = await ask(`/ping/${key}/db-backup`)
        return `${twice.status} ${await twice.text()}`
      })
      .toBe('409 ambiguous slug')
  })

  test("of Dead Man's Snitch, with a message, an exit status and a form", async () => {
    const job = await newJob()
    await alias(job, 'c2354d53d2')
    await expect.poll(() => crontab('curl -s HOST/c2354d53d2')).toBe('Got it, thanks!')
    expect(await crontab('curl -s -w %{http_code} HOST/c2354d53d2?m=just+checking+in')).toBe('Got it, thanks!202')
    await crontab(`curl -fsS -d "m=out of disk" -d s=28 HOST/snitch/c2354d53d2`)
    await crontab('curl -fsS -d s= HOST/c2354d53d2')
    const beats = await beatsOf(job)
    expect(beats.map((beat) => [beat.signal, beat.message, beat.exitStatus])).toEqual([
      ['success', null, null],
      ['success', 'just checking in', null],
      ['fail', 'out of disk', 28],
      ['success', null, null],
    ])
  })

  test('of Cronitor: a monitor that nobody knows is made', async () => {
    const lines = ['state=run', 'state=complete&message=42%20rows', 'state=fail&status_code=2', 'state=ok']
    for (const state of lines)
      expect(await crontab(`curl -fsS -m 5 "HOST/p/${key}/nightly-report?${state}"`)).toBe('OK')
    const job = await named('nightly-report')
    if (!job) throw new Error('no job was made')
    expect(await signalsOf(job)).toEqual(['start', 'success', 'fail', 'success'])
    expect((await beatsOf(job))[1]?.durationMs).toBeGreaterThanOrEqual(0)
  })

  test('of heartbeat.sh: made, beaten, listed, changed and removed', async () => {
    const beat = JSON.parse(
      await crontab(`curl -fsS -X POST -H "Authorization: Bearer ${key}" "HOST/beat/backup?warning=120&error=300"`),
    )
    expect(beat).toEqual({
      Name: 'backup',
      Warning: 120,
      Error: 300,
      Age: 0,
      Status: 'OK',
      LastBeat: expect.any(String),
    })
    const host = `${key}.example.net`
    await crontab(`curl -fsS -X PUT -H "Host: ${host}" HOST/beat/backup`)
    expect(await named('backup')).toMatchObject({ schedule: { seconds: 120 }, graceSeconds: 180, beatCount: 2 })
    const changed = JSON.parse(await crontab(`curl -fsS -X POST -u ${key}: "HOST/beat/backup?warning=1h&error=2h"`))
    expect(changed).toMatchObject({ Warning: 3600, Error: 7200 })
    const { Heartbeats } = JSON.parse(await crontab(`curl -fsS "HOST/heartbeats?key=${key}"`))
    expect(Heartbeats.find((one: { Name: string }) => one.Name === 'backup')).toMatchObject({
      Warning: 3600,
      Status: 'OK',
    })
    expect(await crontab(`curl -fsS "HOST/heartbeats/text?key=${key}"`)).toMatch(/^backup 3600 7200 \d+ OK /m)
    await crontab(`curl -fsS -X DELETE -u me:${key} HOST/beat/backup`)
    expect(await named('backup')).toBeUndefined()
    expect((await ask('/beat/backup', { method: 'POST' })).status).toBe(401)
  })

  test('of Uptime Kuma', async () => {
    const job = await newJob()
    const token = job.uuid.replaceAll('-', '')
    expect(await crontab(`curl -fsS "HOST/api/push/${token}?status=up&msg=OK&ping="`)).toBe('{"ok":true}')
    await crontab(`curl -fsS "HOST/api/push/${token}?status=down&msg=no%20route&ping=17"`)
    expect(await beatsOf(job)).toMatchObject([
      { signal: 'success', message: 'OK', durationMs: null },
      { signal: 'fail', message: 'no route', durationMs: 17 },
    ])
    const bad = await ask(`/api/push/${token}?ping=-4`)
    expect([bad.status, await bad.json()]).toEqual([
      404,
      { ok: false, msg: 'Invalid ping value. Must be between 0 and 100000000000 ms.' },
    ])
    const unknown = await ask('/api/push/0123456789abcdef0123456789abcdef')
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      { ok: false, msg: 'Monitor not found or not active.' },
    ])
  })

  test('of Better Stack', async () => {
    const job = await newJob()
    await alias(job, 'Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2')
    await expect
      .poll(() => crontab('curl -s -w %{http_code} HOST/api/v1/heartbeat/Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2'))
      .toBe('200')
    await crontab('curl -fsS HOST/api/v1/heartbeat/Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2/fail')
    await crontab('curl -fsS HOST/api/v1/heartbeat/Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2/3')
    expect((await beatsOf(job)).map((beat) => [beat.signal, beat.exitStatus])).toEqual([
      ['success', null],
      ['fail', null],
      ['fail', 3],
    ])
  })

  test('of our own', async () => {
    const job = await newJob()
    await crontab(`curl -fsS -X POST HOST/heartbeat/${job.uuid}`)
    await crontab(`curl -fsS "HOST/heartbeat/${job.uuid}?status=fail&msg=no%20disk&duration=1200"`)
    expect(await beatsOf(job)).toMatchObject([
      { signal: 'success' },
      { signal: 'fail', message: 'no disk', durationMs: 1200 },
    ])
    const bad = await ask(`/heartbeat/${job.uuid}?status=perhaps`)
    expect([bad.status, await bad.text()]).toEqual([
      400,
      'status: found "perhaps", expected ok, fail, start, log or an exit status from 0 to 255',
    ])
  })
})

describe('clients', () => {
  test('runitor: start, log and exit status of one run, each once however often it is sent', async () => {
    const job = await newJob()
    const rid = randomUUID()
    const steps = ['start', 'start', 'log', '3', '3']
    for (const step of steps) {
      const answer = await ask(`/ping/${job.uuid}/${step}?rid=${rid}`, { method: 'POST', body: `output of ${step}` })
      expect([answer.status, await answer.text()]).toEqual([200, 'OK'])
    }
    const beats = await beatsOf(job)
    expect(beats.map((beat) => [beat.signal, beat.exitStatus, beat.run])).toEqual([
      ['start', null, rid],
      ['log', null, rid],
      ['fail', 3, rid],
    ])
    expect(beats[2]?.durationMs).toBeGreaterThanOrEqual(0)
    expect((await findJob(job.id))?.status).toBe('down')
  })

  test('two runs at once are measured each by its own id', async () => {
    const job = await newJob()
    const [first, second] = [randomUUID(), randomUUID()]
    await ask(`/ping/${job.uuid}/start?rid=${first}`)
    await ask(`/ping/${job.uuid}/start?rid=${second}`)
    await ask(`/ping/${job.uuid}?rid=${first}`)
    await ask(`/ping/${job.uuid}?rid=${second}`)
    const beats = await beatsOf(job)
    const [startFirst, startSecond, endFirst, endSecond] = beats
    expect(endFirst?.durationMs).toBe(Number(endFirst?.at) - Number(startFirst?.at))
    expect(endSecond?.durationMs).toBe(Number(endSecond?.at) - Number(startSecond?.at))
  })

  test('the npm client of Cronitor', async () => {
    const cronitor = Cronitor(key)
    cronitor._api.pingUrl = (monitor) => `${scene.url}/ping/${key}/${monitor}`
    const monitor = new cronitor.Monitor('npm-client')
    for (const state of ['run', 'complete', 'fail', 'ok'] as const)
      expect(await monitor.ping({ state, message: `state ${state}`, series: 'series 1' })).toBe(true)
    const job = await named('npm-client')
    if (!job) throw new Error('no job was made')
    expect((await beatsOf(job)).map((beat) => [beat.signal, beat.message, beat.run])).toEqual([
      ['start', 'state run', 'series 1'],
      ['success', 'state complete', 'series 1'],
      ['fail', 'state fail', 'series 1'],
    ]) // ok is a success again, of the same series
  })
})

describe('answers', () => {
  test('are those of Healthchecks to the letter, with the limit of bodies and for any origin', async () => {
    const job = await newJob()
    const answers = await Promise.all(
      [`/ping/${job.uuid}`, '/ping/x', `/ping/${'x'.repeat(36)}`, `/ping/${randomUUID()}`, `/ping/${job.uuid}/256`].map(
        (path) => ask(path),
      ),
    )
    expect(await Promise.all(answers.map(async (one) => [one.status, await one.text()]))).toEqual([
      [200, 'OK'],
      [400, 'invalid url format'],
      [400, 'invalid uuid format'],
      [404, 'not found'],
      [400, 'invalid url format'],
    ])
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('ping-body-limit')).toBe('100000')
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
    }
  })

  test('let a page of any origin ask first', async () => {
    const answer = await ask(`/ping/${randomUUID()}`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'content-type, x-own', 'access-control-request-method': 'POST' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type, x-own')
  })

  test('to HEAD have no body, to another method 405, and pages are left to the pages', async () => {
    const job = await newJob()
    const head = await ask(`/ping/${job.uuid}`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '2', ''])
    const put = await ask(`/ping/${job.uuid}`, { method: 'PUT', body: 'x' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS'])
    expect((await ask('/jobs')).status).toBe(418)
    expect((await ask('/api/push/subscriptions')).status).toBe(418)
  })
})
