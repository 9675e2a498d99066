import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { DELETE, PATCH } from '@/app/api/applications/[id]/route'
import type { HouseMail } from '@/lib/delivery/email'
import { createHttp } from '@/lib/delivery/http'
import type { Mailbox } from '@/lib/domain/imap-url'
import { unsaidChecks } from '@/lib/domain/self-checks'
import { forgetBoard, readPulse } from '@/lib/store/board'
import { writeCheckSettings } from '@/lib/store/check-settings'
import { importJobs } from '@/lib/store/job-imports'
import { loadJobIndex } from '@/lib/store/job-index'
import { exportRegistry } from '@/lib/store/job-registry'
import { deleteJobs, pauseJobs, tagJobs, updateJob } from '@/lib/store/job-writes'
import { findJob } from '@/lib/store/jobs'
import { ensurePartitions } from '@/lib/store/partitions'
import { hastenCheck, listChecks } from '@/lib/store/self-checks'
import { deadlines } from '@/workers/keeper/deadlines'
import { type SelfCheckOptions, selfChecks } from '@/workers/keeper/self-checks'
import { mailServer } from '../../delivery/mail-server'
import { call, settingsForSignIn, somebody } from '../../setup/credentials'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { type ImapServer, imapServer, noImapServer } from '../../setup/imap-server'
import { settle } from './job-scene'
import { addUser, quiet } from './scene'

let database: TestDatabase
const sql = () => database.sql
process.env.SECRET_KEY ??= 'a key for the tests, of more than 32 characters'
const http = createHttp({ allowPrivate: true })

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(sql(), new Date())
})
afterAll(async () => {
  await http.close()
  await database?.stop()
})
afterEach(async () => {
  for (const table of [
    'self_checks',
    'targets',
    'beats',
    'outages',
    'deliveries',
    'channels',
    'users',
    'keepers',
    'settings',
  ])
    await sql()`delete from ${sql()(table)}`
})

const nothing: Omit<SelfCheckOptions, 'log'> = {
  house: null,
  mailbox: null,
  http,
  sendTest: async () => ({ ok: true, answer: 'ok' }),
}
const go = (tools: Partial<SelfCheckOptions> = {}) =>
  selfChecks({ ...nothing, ...tools, log: quiet })(new AbortController().signal)
const setChecks = (more: Partial<typeof unsaidChecks>, deadManUrl: string | null = null) =>
  writeCheckSettings({ settings: { ...unsaidChecks, keeper: false, ...more }, deadManUrl })
const check = async (key: string) => (await listChecks()).find((one) => one.key === key)
const jobOf = async (key: string) => findJob((await check(key))?.jobId ?? 0)
const addChannel = async (name: string, kind = 'slack') => {
  const [row] = await sql()<{ id: number }[]>`insert into channels (kind, name) values (${kind}, ${name}) returning id`
  return row?.id ?? 0
}
/** Time passes: whatever waits is due. */
const passes = (key: string) => sql()`update self_checks set due_at = now(), lease_until = null where key = ${key}`

describe('a channel', () => {
  let [noc, other] = [0, 0]
  beforeEach(async () => {
    await setChecks({})
    noc = await addChannel('NOC')
    other = await addChannel('Other')
    await go()
  })

  test('is not tested before its time, and has no job before it was', async () => {
    expect((await listChecks()).map(({ key, jobId }) => [key, jobId])).toEqual([
      [`channel:${noc}`, null],
      [`channel:${other}`, null],
    ])
  })

  test('that refuses three times is an incident of a job of the house, told by the other one; then it mends', async () => {
    const asked: number[] = []
    const refuses = async (id: number) => {
      asked.push(id)
      return { ok: false, answer: 'Slack answered 404: no_service' }
    }
    for (let tries = 0; tries < 3; tries++) {
      await passes(`channel:${noc}`)
      await go({ sendTest: refuses })
    }
    expect(asked).toEqual([noc, noc, noc])
    const job = await jobOf(`channel:${noc}`)
    expect(job).toMatchObject({
      name: 'Self-check: channel NOC',
      status: 'down',
      tags: ['self-check'],
      selfCheck: 'channel',
      channelIds: [other],
      lastSignal: 'fail',
      stickyPause: true,
    })
    const [outage] = await sql()`select opened_evidence as evidence from outages where target_id = ${job?.id ?? 0}`
    expect(outage?.evidence.beat.message).toBe('The test failed 3 times in a row: Slack answered 404: no_service')
    const shown = await check(`channel:${noc}`)
    expect(shown).toMatchObject({ lastOk: false, waits: false })
    expect((shown?.dueAt.getTime() ?? 0) - Date.now()).toBeLessThan(3_600_000)
    await passes(`channel:${noc}`)
    await go()
    expect(await jobOf(`channel:${noc}`)).toMatchObject({ status: 'up', beatCount: 2 })
    expect((await check(`channel:${noc}`))?.lastWords).toBe('A test was taken: ok')
  })

  test('that took a notice lately is not tested', async () => {
    await sql()`update channels set last_delivered_at = now() - interval '2 hours' where id = ${noc}`
    await passes(`channel:${noc}`)
    await go({ sendTest: () => expect.unreachable('it was tested') })
    expect(await check(`channel:${noc}`)).toMatchObject({ lastOk: true, lastWords: expect.stringMatching(/2 h ago/) })
  })

  test('that goes takes its check and its job along; a new name is the job’s name too', async () => {
    await passes(`channel:${noc}`)
    await go()
    const job = await jobOf(`channel:${noc}`)
    await sql()`update channels set name = 'Night shift' where id = ${noc}`
    await go()
    expect((await findJob(job?.id ?? 0))?.name).toBe('Self-check: channel Night shift')
    await sql()`delete from channels where id = ${noc}`
    await go()
    expect(await findJob(job?.id ?? 0)).toBeNull()
    expect((await listChecks()).map(({ key }) => key)).toEqual([`channel:${other}`])
  })

  test('is tested at another time when that is set, and its job expects it then', async () => {
    await passes(`channel:${noc}`)
    await go()
    await setChecks({ channels: 'daily', minute: 7 * 60, zone: 'Europe/Berlin' })
    await go()
    const job = await jobOf(`channel:${noc}`)
    expect(job?.schedule).toEqual({ kind: 'cron', expression: '0 7 * * *', zone: 'Europe/Berlin' })
    const due = (await check(`channel:${noc}`))?.dueAt
    expect(due?.toLocaleTimeString('de', { timeZone: 'Europe/Berlin' })).toBe('07:00:00')
    expect((due?.getTime() ?? 0) - Date.now()).toBeLessThan(24 * 3_600_000)
  })

  test('that is tested by nobody any more goes late, then down, as any job', async () => {
    await setChecks({ channels: 'daily' })
    await passes(`channel:${noc}`)
    await go()
    const job = await jobOf(`channel:${noc}`)
    const twoDays = Date.now() - 2 * 24 * 3_600_000
    await sql()`update job_states set anchor_at = ${new Date(twoDays)}, alarm_at = now() - interval '1 hour' where job_id = ${job?.id ?? 0}`
    await settle(sql(), Date.now())
    await deadlines({ log: quiet })(new AbortController().signal)
    expect((await jobOf(`channel:${noc}`))?.status).toBe('down')
  })

  test('is tested once by two keepers', async () => {
    let tests = 0
    const sendTest = async () => {
      tests++
      return { ok: true, answer: 'ok' }
    }
    await passes(`channel:${noc}`)
    await Promise.all([go({ sendTest }), go({ sendTest })])
    expect(tests).toBe(1)
  })

  test('in the hands of a keeper that died is tested by another when its lease is over', async () => {
    await sql()`update self_checks set due_at = now(), lease_until = now() + interval '1 minute' where key = ${`channel:${noc}`}`
    await go({ sendTest: () => expect.unreachable('it was tested') })
    await sql()`update self_checks set lease_until = now() - interval '1 second' where key = ${`channel:${noc}`}`
    await go()
    expect(await check(`channel:${noc}`)).toMatchObject({ lastOk: true })
  })
})

describe('a job of the house', () => {
  let id = 0
  let uuid = ''
  beforeEach(async () => {
    await setChecks({})
    const noc = await addChannel('NOC')
    await addChannel('Other')
    await go()
    await hastenCheck(`channel:${noc}`)
    await go()
    const job = await jobOf(`channel:${noc}`)
    id = job?.id ?? 0
    uuid = job?.uuid ?? ''
  })

  test('cannot be changed, tagged, removed or imported over, and is left out of the export', async () => {
    for (const change of [
      { name: 'x' },
      { schedule: { kind: 'period' as const, seconds: 5 } },
      { graceSeconds: 1 },
      { channels: [] },
    ])
      expect(await updateJob(id, change)).toEqual({
        fault: expect.stringMatching(/Settings, Self-checks/),
        conflict: true,
      })
    expect(await tagJobs([id], { remove: ['self-check'] })).toBe(0)
    expect(await deleteJobs([id])).toBe(0)
    const row = { line: 2, schedule: { kind: 'none' as const }, state: {} }
    const rows = [
      { ...row, name: 'Self-check: channel NOC' },
      { ...row, name: 'other', uuid },
    ]
    const imported = await importJobs(rows as unknown as Parameters<typeof importJobs>[0])
    expect(imported.rejected.map(({ line, reason }) => [line, /Self-checks/.test(reason)])).toEqual([
      [2, true],
      [2, true],
    ])
    const names: string[] = []
    for await (const some of exportRegistry()) names.push(...some.map(({ name }) => String(name)))
    expect(names).toEqual([])
    expect(await findJob(id)).toMatchObject({ name: 'Self-check: channel NOC', tags: ['self-check'] })
  })

  test('is in conflict with whoever changes or deletes it by REST', async () => {
    settingsForSignIn()
    const { bearer: headers } = await somebody('operator')
    const at = { id: String(id) }
    for (const answer of [
      await call(DELETE, { method: 'DELETE', headers }, at),
      await call(PATCH, { method: 'PATCH', body: { grace_period: 1 }, headers }, at),
    ]) {
      expect(answer.status).toBe(409)
      expect(answer.body.detail).toMatch(/Settings, Self-checks/)
    }
    expect(await findJob(id)).not.toBeNull()
  })

  test('is counted on the board, as one of our own', async () => {
    forgetBoard()
    expect(await readPulse()).toMatchObject({ jobs: 1, ownChecks: 1 })
  })

  test('has no address at which anybody could beat for it', async () => {
    expect(await loadJobIndex()).toEqual([])
    expect(await loadJobIndex([id])).toEqual([])
  })

  test('that is paused is not made until it is resumed', async () => {
    expect(await pauseJobs([id], true)).toBe(1)
    const [{ key = '' } = {}] = (await listChecks()).filter((one) => one.jobId === id)
    await passes(key)
    await go({ sendTest: () => expect.unreachable('it was tested') })
    expect(await check(key)).toMatchObject({ status: 'paused' })
    await pauseJobs([id], false)
    await go()
    expect(await findJob(id)).toMatchObject({ status: 'up', beatCount: 2 })
  })
})

describe('push', () => {
  let userId = 0
  let key = ''
  const addPhone = async (name: string) => {
    const [row] = await sql()<{ id: number }[]>`
      insert into push_devices (user_id, device_key, name, endpoint, p256dh, auth)
      values (${userId}, gen_random_uuid(), ${name}, ${`https://push.example.net/${name}`}, 'p', 'a') returning id`
    return row?.id ?? 0
  }
  const tests = async () =>
    (
      await sql()<{ name: string }[]>`
      select p.name from deliveries d join push_devices p on p.id = d.push_device_id where d.event = 'test' order by d.id`
    ).map(({ name }) => name)
  beforeEach(async () => {
    await setChecks({})
    userId = await addUser(sql(), 'Anna')
    const [row] = await sql()<{ id: number }[]>`
      insert into channels (kind, name, user_id) values ('web_push', 'Anna', ${userId}) returning id`
    key = `push:${row?.id}`
  })

  test('goes to every device, and is well when each has shown it', async () => {
    const phones = [await addPhone('Pixel'), await addPhone('Laptop')]
    await go()
    await passes(key)
    await go()
    expect(await tests()).toEqual(['Pixel', 'Laptop'])
    expect(await check(key)).toMatchObject({ waits: true, jobId: null })
    await sql()`update push_devices set last_shown_at = now() where id = any(${phones}::int[])`
    await passes(key)
    await go()
    expect(await check(key)).toMatchObject({ lastOk: true, lastWords: 'Shown on Pixel and Laptop.' })
    expect(await jobOf(key)).toMatchObject({ name: 'Self-check: push to Anna', status: 'up' })
  })

  test('goes again to the one that shows none, four times in all, and then fails', async () => {
    const pixel = await addPhone('Pixel')
    await addPhone('Laptop')
    await go()
    for (let looks = 0; looks < 8; looks++) {
      await passes(key)
      await go()
      await sql()`update push_devices set last_shown_at = now() where id = ${pixel}`
    }
    expect(await tests()).toEqual(['Pixel', 'Laptop', 'Laptop', 'Laptop', 'Laptop'])
    expect((await check(key))?.lastWords).toMatch(/^Laptop showed no test in/)
    expect(await jobOf(key)).toMatchObject({ status: 'down', channelIds: null }) // there is no other way
  })
})

describe('the keeper', () => {
  test('fails when no cycle ends, and mends when one does', async () => {
    await setChecks({ keeper: true })
    await addChannel('NOC')
    await sql()`insert into keepers (name, last_cycle_at) values ('a', now() - interval '10 minutes')`
    await go()
    expect(await jobOf('keeper')).toBeNull() // this one may have just started
    await passes('keeper')
    await go()
    expect((await check('keeper'))?.lastWords).toBe('No keeper has finished a cycle for 10 min.')
    expect(await jobOf('keeper')).toMatchObject({ status: 'down', channelIds: null })
    await sql()`update keepers set last_cycle_at = now()`
    await passes('keeper')
    await go()
    expect((await jobOf('keeper'))?.status).toBe('up')
  })

  test('that has just started and finishes its first cycle after the first look pages nobody', async () => {
    await setChecks({ keeper: true })
    await addChannel('NOC')
    await go()
    await sql()`insert into keepers (name, last_cycle_at) values ('a', now())`
    await passes('keeper')
    await go()
    expect((await jobOf('keeper'))?.status).toBe('up')
    expect(await sql()`select 1 from outages`).toEqual([])
  })
})

describe('the ping to another monitor', () => {
  const monitor = async (status: () => number) => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      response.writeHead(status()).end('what you asked for: /ping/s3cr3t-token-of-ours')
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void server.close())
    return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/s3cr3t-token-of-ours` }
  }
  const cycle = () => sql()`
    insert into keepers (name, last_cycle_at) values ('a', now()) on conflict (name) do update set last_cycle_at = now()`

  test('goes out while all is well, and is held back when it is not', async () => {
    const { seen, url } = await monitor(() => 200)
    await setChecks({ deadManSeconds: 60 }, url)
    await cycle()
    await go()
    expect(seen).toEqual(['GET /ping/s3cr3t-token-of-ours'])
    expect(await jobOf('dead_man')).toMatchObject({ status: 'up', schedule: { kind: 'period', seconds: 60 } })
    await sql()`update keepers set last_cycle_at = now() - interval '5 minutes'`
    await passes('dead_man')
    await go()
    expect(seen).toHaveLength(1)
    expect(await check('dead_man')).toMatchObject({ waits: true, lastOk: true })
  })

  test('that is refused three times is a failure, and quotes no secret', async () => {
    const { seen, url } = await monitor(() => 410)
    await setChecks({ deadManSeconds: 60 }, url)
    await cycle()
    for (let tries = 0; tries < 3; tries++) {
      await go()
      await passes('dead_man')
    }
    expect(seen).toHaveLength(3)
    const words = (await check('dead_man'))?.lastWords ?? ''
    expect(words).toMatch(/^The ping failed 3 times in a row: it answered 410/)
    expect(words).not.toContain('s3cr3t')
    const [kept] = await sql()`select value from settings where name = 'self_checks'`
    expect(JSON.stringify(kept)).not.toContain('s3cr3t')
  })
})

const ownTls = { implicitTls: false, username: null, password: null, tls: 'unverified' } as const

describe('the mail loop', () => {
  const house = (port: number): HouseMail => ({ host: '127.0.0.1', port, from: 'noc@example.net', ...ownTls })

  test('a mail that no server takes is a failure after three tries', async () => {
    await setChecks({})
    const { port } = await mailServer({
      onMailFrom: (_, __, done) => done(Object.assign(new Error('no'), { responseCode: 550 })),
    })
    const mailbox: Mailbox = {
      ...{ host: '127.0.0.1', port: 1, implicitTls: false, tls: 'none', username: 'noc', password: 'secret' },
      ...{ folder: 'INBOX', address: null },
    }
    for (let tries = 0; tries < 3; tries++) {
      await go({ house: house(port), mailbox })
      await passes('mail')
    }
    expect((await check('mail'))?.lastWords).toMatch(/^The mail failed 3 times in a row: 127\.0\.0\.1 answered 550/)
    expect((await jobOf('mail'))?.status).toBe('down')
  })

  test('is neither made nor removed by a keeper that has no mailbox, until somebody says never', async () => {
    await setChecks({})
    const { port, mails } = await mailServer()
    const mailbox: Mailbox = {
      ...{ host: '127.0.0.1', port: 1, implicitTls: false, tls: 'none', username: 'noc', password: 'secret' },
      ...{ folder: 'INBOX', address: null },
    }
    await go({ house: house(port), mailbox })
    expect(mails).toHaveLength(1)
    await passes('mail')
    await go()
    expect(await check('mail')).toMatchObject({ waits: true, lastOk: null })
    await setChecks({ mail: 'off' })
    await go()
    expect(await check('mail')).toBeUndefined()
  })

  describe.skipIf(noImapServer !== null)(`with a real IMAP server${noImapServer ? ` (${noImapServer})` : ''}`, () => {
    let imap: ImapServer
    beforeAll(async () => {
      imap = await imapServer()
    })
    afterAll(() => imap?.stop())
    const mailboxOf = (): Mailbox => ({
      ...{ host: '127.0.0.1', port: imap.port, implicitTls: false, tls: 'unverified' },
      ...{ username: imap.user, password: imap.password, folder: 'INBOX', address: null },
    })

    test('goes out by SMTP, is put into the mailbox, is found 15 minutes later and taken out', async () => {
      await setChecks({})
      const { port, mails } = await mailServer()
      const tools = { house: house(port), mailbox: mailboxOf() }
      await go(tools)
      expect(mails).toMatchObject([{ from: 'noc@example.net', to: ['noc@example.net'], secure: true }])
      const begun = await check('mail')
      expect(begun).toMatchObject({ waits: true, jobId: null })
      expect(Math.round(((begun?.dueAt.getTime() ?? 0) - Date.now()) / 60_000)).toBe(15)
      imap.put('INBOX', mails[0]?.raw ?? '')
      await passes('mail')
      await go(tools)
      expect((await check('mail'))?.lastWords).toMatch(/^The mail arrived within \d+ s\.$/)
      expect(await jobOf('mail')).toMatchObject({ name: 'Self-check: mail loop', status: 'up', selfCheck: 'mail' })
      expect(imap.subjects('INBOX')).toEqual([])
    })

    test('that does not arrive is waited for, and then an incident', async () => {
      await setChecks({})
      const { port } = await mailServer()
      const tools = { house: house(port), mailbox: mailboxOf() }
      await go(tools)
      await passes('mail')
      await go(tools)
      expect(await check('mail')).toMatchObject({ waits: true, lastOk: null })
      await sql()`
        update self_checks set due_at = now(),
          waiting = jsonb_set(waiting, '{sentAt}', to_jsonb((waiting->>'sentAt')::float8 - 1800000))`
      await go(tools)
      expect(await check('mail')).toMatchObject({
        lastOk: false,
        lastWords: expect.stringMatching(/^The mail was taken, but had not arrived after 30 min( \d+ s)?\.$/),
      })
      expect((await jobOf('mail'))?.status).toBe('down')
    })
  })
})
