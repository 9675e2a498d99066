import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HouseMail } from '@/lib/delivery/email'
import { listReportMails, writeReportSettings } from '@/lib/store/reports'
import { reports } from '@/workers/keeper/reports'
import { mailServer } from '../../delivery/mail-server'
import { type TestDatabase, testDatabase } from '../../setup/database'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.stop())
beforeEach(() => database.sql`truncate report_mails, settings, targets, clients restart identity cascade`)

const log = pino({ level: 'silent' })
const siteUrl = 'https://noc.example.net'
const never = new AbortController().signal
const houseAt = (port: number): HouseMail => ({
  ...{ host: '127.0.0.1', port, implicitTls: false, username: null, password: null, tls: 'none' },
  from: 'beatline@example.net',
})
const settings = {
  recipients: ['noc@example.net', 'boss@example.net'],
  zone: 'UTC',
  of: 'devices' as const,
  first: '2026-10',
}
const first = Date.parse('2026-11-01T06:00:00Z')

async function runAll(step: (signal: AbortSignal) => Promise<boolean>) {
  while (await step(never));
}

describe('the monthly report by e-mail', () => {
  test('goes to each recipient once, whatever keepers there are and however often they look', async () => {
    const { sql } = database
    const [row] = await sql<{ id: number }[]>`
      insert into targets (kind, name, status, created_at) values ('device', 'Ridge-3', 'up', '2026-01-01') returning id`
    await sql`insert into devices (id, address) values (${row?.id ?? 0}, '203.0.113.9')`
    await sql`
      insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence)
      values (${row?.id ?? 0}, '2026-10-05T10:00Z', '2026-10-05T10:00Z', '2026-10-05T17:26:24Z', '{}')`
    await writeReportSettings(settings)
    const { port, mails } = await mailServer()
    const keepers = [1, 2].map(() => reports({ log, house: houseAt(port), siteUrl, now: () => first }))
    await Promise.all(keepers.map(runAll))
    await Promise.all(keepers.map(runAll))
    expect(mails.flatMap(({ to }) => to).sort()).toEqual(['boss@example.net', 'noc@example.net'])
    expect(mails[0]?.raw).toContain('Subject: Uptime in October 2026: 99.00 %')
    expect(mails[0]?.raw).toContain('Ridge-3')
    expect(await listReportMails()).toMatchObject([
      { month: '2026-10', recipient: 'boss@example.net', deliveredAt: new Date(first), failedAt: null },
      { month: '2026-10', recipient: 'noc@example.net', deliveredAt: new Date(first), failedAt: null },
    ])
  })

  test('is not sent before the 1st at six, nor of a month before somebody was named', async () => {
    await writeReportSettings(settings)
    const { port, mails } = await mailServer()
    await runAll(reports({ log, house: houseAt(port), siteUrl, now: () => first - 1 }))
    await writeReportSettings({ ...settings, first: '2026-11' })
    await runAll(reports({ log, house: houseAt(port), siteUrl, now: () => first }))
    expect([mails, await listReportMails()]).toEqual([[], []])
  })

  test('is tried again when the server says later, and not when it says never', async () => {
    await writeReportSettings(settings)
    let isAway = true
    const { port, mails } = await mailServer({
      onRcptTo({ address }, _, done) {
        if (address === 'boss@example.net') done(Object.assign(new Error('No such user'), { responseCode: 550 }))
        else if (isAway) done(Object.assign(new Error('Come back later'), { responseCode: 451 }))
        else done()
      },
    })
    let now = first
    const step = reports({ log, house: houseAt(port), siteUrl, now: () => now })
    await runAll(step)
    expect(await listReportMails()).toMatchObject([
      { recipient: 'boss@example.net', failedAt: new Date(first), deliveredAt: null },
      { recipient: 'noc@example.net', failedAt: null, deliveredAt: null },
    ])
    isAway = false
    now += 60_000
    await runAll(step)
    expect(mails.map(({ to }) => to)).toEqual([['noc@example.net']])
  })

  test('goes to nobody who was taken off the list since', async () => {
    await writeReportSettings(settings)
    let isAway = true
    const { port, mails } = await mailServer({
      onRcptTo(_, __, done) {
        if (isAway) done(Object.assign(new Error('Come back later'), { responseCode: 451 }))
        else done()
      },
    })
    let now = first
    const step = reports({ log, house: houseAt(port), siteUrl, now: () => now })
    await runAll(step)
    isAway = false
    now += 60_000
    await writeReportSettings({ ...settings, recipients: ['noc@example.net'] })
    await runAll(step)
    expect(mails.map(({ to }) => to)).toEqual([['noc@example.net']])
    const [boss] = await listReportMails()
    expect(boss).toMatchObject({ recipient: 'boss@example.net', deliveredAt: null, failedAt: new Date(now) })
    expect(boss?.attempts.at(-1)?.answer).toBe('Taken off the list of who gets it')
  })

  test('without a mail server of the house it fails in words', async () => {
    await writeReportSettings({ ...settings, recipients: ['noc@example.net'] })
    await runAll(reports({ log, house: null, siteUrl, now: () => first }))
    expect(await listReportMails()).toMatchObject([
      { failedAt: new Date(first), attempts: [{ answer: 'No mail server is set in SMTP_URL' }] },
    ])
  })
})
