import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DELETE, GET, PATCH, PUT } from '@/app/api/routes/[id]/route'
import { GET as preview } from '@/app/api/routes/priority/preview/route'
import { GET as readPriority, PUT as setPriority } from '@/app/api/routes/priority/route'
import { POST as replay } from '@/app/api/routes/replay/route'
import { POST as add, GET as list } from '@/app/api/routes/route'
import { defaultPriority } from '@/lib/domain/priority-words'
import { PreviewAnswer, ReplayAnswer, RouteAnswer } from '@/lib/wire/rest-routes'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
let noc: number
let boss: number
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).basic
})
afterAll(() => database.stop())
beforeEach(async () => {
  for (const table of ['incidents', 'routes', 'channels', 'settings'])
    await database.sql`delete from ${database.sql(table)}`
  ;[noc = 0, boss = 0] = await Promise.all(['NOC', 'Boss'].map(addChannel))
})

async function addChannel(name: string): Promise<number> {
  const [row] = await database.sql<{ id: number }[]>`
    insert into channels (kind, name) values ('ntfy', ${name}) returning id`
  return row?.id ?? 0
}
/** Dark for an hour, told 10 s after its first miss. */
async function addIncident(name: string, site: string, hoursAgo: number): Promise<void> {
  const at = (seconds: number) => new Date(Date.now() - hoursAgo * 3_600_000 + seconds * 1_000)
  await database.sql`
    insert into incidents (kind, root_name, site_name, opened_at, created_at, resolved_at)
    values ('down', ${name}, ${site}, ${at(0)}, ${at(10)}, ${at(3_600)})`
}

const post = (body: object) => call(add, { body, headers })
const at = (id: number) => ({ id: String(id) })
const refused = { type: '/problems/invalid-input', status: 422 }

describe('a route', () => {
  test('is made, read in the exact shape, sent back, changed and removed', async () => {
    const said = { name: 'Core', condition: { roles: ['router'], sites: ['Ridge', 'Ridge'], size_from: 3 } }
    const made = await post({ ...said, channels: [noc, { id: boss }] })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/routes/${made.body.id}`)
    const empty = { kinds: [], priorities: [], tags: [], clients: [] }
    expect(made.body).toEqual({
      id: made.body.id,
      name: 'Core',
      condition: { ...empty, roles: ['router'], sites: ['Ridge'], size_from: 3 },
      channels: [
        { id: noc, name: 'NOC' },
        { id: boss, name: 'Boss' },
      ],
    })
    expect(RouteAnswer.safeParse(made.body).error).toBeUndefined()
    const { id } = made.body
    for (const [handler, method] of [
      [PUT, 'PUT'],
      [PATCH, 'PATCH'],
    ] as const)
      expect((await call(handler, { method, body: made.body, headers }, at(id))).body).toEqual(made.body)
    const changed = await call(PATCH, { method: 'PATCH', body: { channels: [boss] }, headers }, at(id))
    expect(changed.body).toEqual({ ...made.body, channels: [{ id: boss, name: 'Boss' }] })
    await database.sql`delete from channels where id = ${boss}`
    expect((await call(GET, { headers }, at(id))).body.channels).toEqual([{ id: boss, name: null }])
    expect((await call(DELETE, { method: 'DELETE', headers }, at(id))).status).toBe(204)
    for (const [handler, method] of [
      [GET, 'GET'],
      [DELETE, 'DELETE'],
    ] as const)
      expect((await call(handler, { method, headers }, at(id))).status).toBe(404)
  })

  test('without a condition is for every incident; lists go on by cursor', async () => {
    for (const name of ['a', 'b', 'c']) await post({ name, channels: [noc] })
    const first = await call(list, { path: '/?limit=2', headers })
    expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['a', 'b'])
    const rest = await call(list, { path: `/?limit=2&cursor=${first.body.next}`, headers })
    expect(rest.body).toMatchObject({ items: [{ name: 'c', condition: { roles: [], size_from: 0 } }], next: null })
    expect((await call(list, { path: '/?cursor=x', headers })).body).toMatchObject(refused)
  })

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ channels: [999_999] }, 'channels: found 999999, expected ids of channels'],
    [{ channels: ['NOC'] }, 'channels'],
    [{ condition: { roles: ['tower'] } }, 'roles'],
    [{ condition: { role: ['router'] } }, 'role'],
    [{ condition: { size_from: -1 } }, 'size_from'],
    [{ condition: { sites: ['x'.repeat(201)] } }, 'sites'],
  ])('that cannot be is refused: %j', async (change, says) => {
    const answer = await post({ name: 'Core', channels: [noc], ...change })
    expect(answer.body).toMatchObject(refused)
    expect(JSON.stringify(answer.body)).toContain(says)
    expect((await call(list, { headers })).body.items).toEqual([])
  })
})

describe('the priority expression', () => {
  const put = (expression: string) => call(setPriority, { method: 'PUT', body: { expression }, headers })

  test('is the default until another is saved', async () => {
    const standing = { expression: defaultPriority, default: defaultPriority }
    expect((await call(readPriority, { headers })).body).toEqual(standing)
    const expression = 'size > 3 ? "critical" : "low"'
    expect((await put(expression)).body).toEqual({ ...standing, expression })
    expect((await call(readPriority, { headers })).body).toEqual({ ...standing, expression })
  })

  test.each([
    [
      'affectedClient > 10 ? "critical" : "low"',
      'line 1, column 1: found the unknown name affectedClient, expected affectedClients',
    ],
    ['size > "3" ? "critical" : "low"', 'line 1, column 1'],
    ['size > 3 ? "critical" : "urgent"', 'line 1, column 25: found "urgent", expected "critical", "normal" or "low"'],
    ['size > 3 ?', 'found the end'],
    ['name.matches("(a+)+$") ? "critical" : "low"', 'found matches()'],
    ['', 'found nothing'],
  ])('with a mistake is refused with its place: %s', async (expression, says) => {
    const answer = await put(expression)
    expect(answer.body).toMatchObject(refused)
    expect(answer.body.detail).toContain(says)
    expect((await call(readPriority, { headers })).body.expression).toBe(defaultPriority)
  })

  test('says what the last days would have been, or where its mistake is', async () => {
    await addIncident('Ridge-3', 'Ridge', 30)
    await addIncident('Hill-1', 'Hill', 20)
    const ask = (expression: string) =>
      call(preview, { path: `/?days=7&expression=${encodeURIComponent(expression)}`, headers })
    const { body } = await ask('site == "Hill" ? "critical" : "normal"')
    expect(body).toMatchObject({
      fault: null,
      incidents: 2,
      was: { critical: 0, normal: 2, low: 0 },
      would: { critical: 1, normal: 1, low: 0 },
      changed: { count: 1, newest: [{ name: 'Hill-1', site: 'Hill', from: 'normal', to: 'critical' }] },
      not_worked_out: 0,
    })
    expect(PreviewAnswer.safeParse(body).error).toBeUndefined()
    const wrong = await ask('sit == "Hill" ? "critical" : "normal"')
    expect(wrong.body).toMatchObject({ fault: { start: 0, end: 3, line: 1, column: 1 }, would: null })
    expect(PreviewAnswer.safeParse(wrong.body).error).toBeUndefined()
  })
})

describe('what if', () => {
  const ask = (body: object) => call(replay, { body, headers })

  test('says which notices would go and who would never be told, and saves nothing', async () => {
    await addIncident('Ridge-3', 'Ridge', 30)
    await addIncident('Hill-1', 'Hill', 20)
    const { status, body } = await ask({
      routes: [{ name: 'Ridge', condition: { sites: ['Ridge'] }, channels: [noc] }],
    })
    expect(status).toBe(200)
    expect(ReplayAnswer.safeParse(body).error).toBeUndefined()
    expect(body).toMatchObject({
      incidents: 2,
      before: { notices: 8, never_told: 0, median_unknown_seconds: 10 },
      after: { notices: 2, never_told: 1 },
      go: { count: 6 },
      same: 2,
      outages: {
        later: 1,
        changed: [
          {
            incident: { name: 'Hill-1' },
            before: { unknown_seconds: 10, told: true },
            after: { unknown_seconds: 3_600, told: false },
          },
        ],
      },
    })
    expect((await call(list, { headers })).body.items).toEqual([])
  })

  test('takes another cool-off and escalation of a channel', async () => {
    await addIncident('Ridge-3', 'Ridge', 30)
    await database.sql`delete from channels where id = ${boss}`
    boss = await addChannel('Boss')
    const { body } = await ask({ channels: [{ id: noc, cool_off: 1_500 }] })
    expect(body).toMatchObject({ come: { count: 2, notices: [{ event: 'reminded', channel: { name: 'NOC' } }, {}] } })
  })

  test('takes other hours of a channel', async () => {
    await addIncident('Ridge-3', 'Ridge', 30)
    const never = new Date(Date.now() - 30 * 3_600_000).getUTCHours()
    const clock = (hour: number) => `${String((hour + 24) % 24).padStart(2, '0')}:00`
    const weekdays = [1, 2, 3, 4, 5, 6, 7]
    const hours = { timezone: 'UTC', ranges: [{ weekdays, start: clock(never + 4), end: clock(never + 5) }] }
    const { status, body } = await ask({ channels: [{ id: noc, hours }] })
    expect(status).toBe(200)
    expect(body).toMatchObject({ go: { count: 1 }, move: { count: 1 }, outages: { later: 0 } })
  })

  test.each([
    [{ priority: 'size > ?' }, 'priority: line 1, column'],
    [{ routes: [{ name: 'x', channels: [999_999] }] }, 'channels: found 999999'],
    [{ routes: [{ name: 'x', channels: ['NOC'] }] }, 'found \\"NOC\\", expected the id of a channel'],
    [{ channels: [{ id: 999_999 }] }, 'channels: found 999999'],
    [{ days: 31 }, 'days'],
    [{ rules: [] }, 'rules'],
  ])('refuses what cannot be: %j', async (body, says) => {
    const answer = await ask(body)
    expect(answer.body).toMatchObject(refused)
    expect(JSON.stringify(answer.body)).toContain(says)
  })
})
