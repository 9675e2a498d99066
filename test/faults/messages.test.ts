import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyOutcome } from '@/lib/store/message-sends'
import { headersOf, mailServer } from '../delivery/mail-server'
import { addClient, endIncident, make, openIncident, standInTwilio } from '../messages/scene'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice, until } from '../workers/keeper/scene'

const incidentCount = 6
const perIncident = 30 // every third is written to by e-mail
const atOnce = 8 // of one keeper
const program = resolve('node_modules', `.messages-${process.pid}`, 'keeper.mjs')
const keepers = new Set<ChildProcess>()
let database: TestDatabase

beforeAll(async () => {
  const [open] = await Promise.all([
    testDatabase(),
    build({
      entryPoints: ['test/faults/messages-keeper.ts'],
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
})
afterAll(async () => {
  for (const keeper of keepers) keeper.kill('SIGKILL')
  await database?.stop()
  await rm(resolve(program, '..'), { recursive: true, force: true })
})

type Row = {
  id: number
  client: string
  incident: number
  part: 'first' | 'follow_up'
  medium: 'sms' | 'email'
  address: string
  state: string
  identity: string
}

test('keepers killed in the middle of telling clients: nobody twice, nobody forgotten, and what is not known is said', async () => {
  const { sql } = database
  const twilio = await standInTwilio()
  twilio.answersAfterMs = 40 // time enough to die in
  const { port, mails } = await mailServer()
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    TWILIO_URL: twilio.url,
    MAIL_PORT: `${port}`,
    SECRET_KEY: 'a secret that is only used in tests, and long enough',
  }
  const start = () => {
    const keeper = spawn(process.execPath, [program], { env, stdio: 'inherit' })
    keepers.add(keeper)
    return keeper
  }
  const kill = async (keeper: ChildProcess) => {
    const gone = once(keeper, 'exit')
    keeper.kill('SIGKILL')
    await gone
    keepers.delete(keeper)
  }
  await sql`insert into settings (name, value) values ('client_messages', ${sql.json({ smsPerSecond: 100, emailsPerSecond: 100 })})`
  const longAgo = new Date(Date.now() - 10 * 60_000)
  const incidents: number[] = []
  for (let n = 0; n < incidentCount; n++) {
    const root = await addDevice(sql, `Killed-${n}`)
    for (let c = 0; c < perIncident; c++) {
      const email = `client-${n}-${c}@example.net`
      await addClient(sql, `Client ${n}-${c}`, root, c % 3 === 2 ? { phone: null, email } : {})
    }
    incidents.push(await openIncident(sql, root, `Killed-${n}`, longAgo))
  }
  const rows = () => sql<Row[]>`
    select id::float8 as id, client_name as client, incident_id as incident, part, medium, address, state, identity
    from message_recipients order by id`
  const arrived = () => twilio.texts.length + mails.length
  const open = async () => (await rows()).filter(({ state }) => state === 'waiting' || state === 'sending').length

  let deaths = 0
  const running = [start(), start()]
  const killOne = async () => {
    const victim = deaths % 2
    deaths += 1
    const [keeper] = running.splice(victim, 1, start())
    if (keeper) await kill(keeper)
  }
  for (const incident of incidents) {
    await make(incident, new Date())
    const before = arrived()
    await until('something to be under way', () => arrived() > before, 10_000)
    await sleep(Math.random() * 60)
    await killOne()
  }
  await until('all to be settled', async () => (await open()) === 0, 40_000)
  const told = await rows()
  // The end of each, long enough ago to be told at once.
  for (const [n, incident] of incidents.entries()) {
    const before = arrived()
    await endIncident(sql, incident, new Date(Date.now() - 2 * 60_000))
    const someone = told.some((row) => row.incident === incident && row.state === 'sent')
    if (someone) await until('the end to be told', () => arrived() > before, 10_000)
    await sleep(Math.random() * 60)
    if (n % 2 === 0) await killOne()
  }
  const sent = told.filter(({ state }) => state === 'sent').length
  await until(
    'all ends to be settled',
    async () => (await rows()).length === told.length + sent && (await open()) === 0,
    40_000,
  )

  const all = await rows()
  expect(told).toHaveLength(incidentCount * perIncident)
  // Nobody forgotten: whoever was not told is named as in doubt, and only by the hands of a keeper that died.
  const doubtful = all.filter(({ state }) => state === 'doubtful')
  expect(new Set(all.map(({ state }) => state))).toEqual(new Set(doubtful.length > 0 ? ['sent', 'doubtful'] : ['sent']))
  expect(doubtful.length).toBeLessThanOrEqual(deaths * atOnce)
  expect(doubtful.every(({ medium }) => medium === 'sms')).toBe(true)
  // Nobody twice: of each text one copy at most, and exactly one where it is known.
  const textsOf = (row: Row) =>
    twilio.texts.filter(({ callback }) => new URL(callback).searchParams.get('identity') === row.identity)
  const texts = all.filter(({ medium }) => medium === 'sms').map((row) => ({ row, texts: textsOf(row) }))
  for (const { row, texts: got } of texts) expect(got.length, row.identity).toBeLessThanOrEqual(1)
  for (const { row, texts: got } of texts.filter(({ row }) => row.state === 'sent'))
    expect(got.length, row.identity).toBe(1)
  expect(texts.flatMap((one) => one.texts)).toHaveLength(twilio.texts.length)
  // A mail that was cut off comes again under the same Message-ID, by which it is known as one.
  const messageIds = mails.map(({ raw, to }) => `${headersOf(raw)['message-id']} ${to.join()}`)
  expect(new Set(messageIds).size).toBe(all.filter(({ medium }) => medium === 'email').length)
  // The end goes to those who were told, and to nobody else.
  const ends = all.filter(({ part }) => part === 'follow_up')
  expect(ends.map(({ client }) => client).sort()).toEqual(
    told
      .filter(({ state }) => state === 'sent')
      .map(({ client }) => client)
      .sort(),
  )

  // Twilio's callback clears the doubt about what did go out.
  for (const text of twilio.texts) {
    const identity = new URL(text.callback).searchParams.get('identity')
    await applyOutcome({ identity, providerId: text.sid }, 'delivered', null, new Date())
  }
  const still = (await rows()).filter(({ state }) => state === 'doubtful')
  expect(still.map(({ identity }) => identity)).toEqual(
    texts.filter(({ row, texts: got }) => row.state === 'doubtful' && got.length === 0).map(({ row }) => row.identity),
  )
  // So in the end everybody whom a text or mail reached hears that it is over.
  const reached = told.length - still.filter(({ part }) => part === 'first').length
  await until(
    'the end to reach those in doubt, too',
    async () => {
      const now = await rows()
      return now.filter(({ part }) => part === 'follow_up').length === reached && (await open()) === 0
    },
    30_000,
  )

  console.info(
    `${deaths} keepers killed, ${twilio.texts.length} texts and ${messageIds.length} mails (${messageIds.length - new Set(messageIds).size} again), ${doubtful.length} in doubt, ${still.length} after the callbacks`,
  )
}, 480_000)
