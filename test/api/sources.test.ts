import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { DELETE, GET, PATCH, PUT } from '@/app/api/sources/[id]/route'
import { POST as applyRun } from '@/app/api/sources/[id]/runs/[run]/apply/route'
import { POST as dismissRun } from '@/app/api/sources/[id]/runs/[run]/dismiss/route'
import { GET as listRuns } from '@/app/api/sources/[id]/runs/route'
import { POST as sync } from '@/app/api/sources/[id]/sync/route'
import { POST as add, GET as list } from '@/app/api/sources/route'
import { POST as tryOut } from '@/app/api/sources/test/route'
import { SourceAnswer, SourceRunAnswer, SourceTestAnswer } from '@/lib/wire/rest-sources'
import { sourcesSync } from '@/workers/keeper/sources-sync'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { apiToken, uispStandIn } from '../sources/uisp-stand-in'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
})
afterAll(() => database?.stop())
beforeEach(() => database.sql`truncate targets, clients, sources restart identity cascade`)

const at = (id: number) => ({ id: String(id) })
const post = (body: object) => call(add, { body, headers })
const config = { url: 'https://uisp.example.net', token: 'token-7f3a', crm_key: 'crm-7f3a' }
const made = async (name = 'UISP') => (await post({ kind: 'uisp', name, config })).body.id as number
async function readAll() {
  const keeper = sourcesSync({ log: pino({ level: 'silent' }) })
  const { signal } = new AbortController()
  while (await keeper.step(signal)) {}
  await keeper.idle()
}

describe('a source', () => {
  test('is made, read in the exact shape, and its secrets stay inside', async () => {
    const { status, body } = await post({ kind: 'uisp', name: 'UISP', config })
    expect(status).toBe(201)
    expect(SourceAnswer.strict().parse(body)).toMatchObject({
      kind: 'uisp',
      leads_to: 'uisp.example.net',
      config: { url: 'https://uisp.example.net', token: '********', crm_key: '********' },
      applies: 'after_review',
      pings: 'none',
      sync_interval: 3600,
      poll_interval: 60,
      isolate: { misses: 2, polls: 3 },
    })
    const [kept] = await database.sql`select config, detail from sources`
    expect(kept?.config).not.toContain('7f3a')
    expect(JSON.stringify((await call(list, { headers })).body)).not.toContain('7f3a')
  })

  test('keeps its secrets through a change, and gives none of them to another address', async () => {
    const id = await made()
    const again = { ...config, token: '********', crm_key: '********', insecure: true }
    expect((await call(PATCH, { method: 'PATCH', body: { config: again }, headers }, at(id))).status).toBe(200)
    const away = { ...again, url: 'https://other.example.net' }
    const refused = await call(PATCH, { method: 'PATCH', body: { config: away }, headers }, at(id))
    expect(refused.status).toBe(422)
    expect(refused.body.errors).toMatchObject([{ at: 'config.token' }, { at: 'config.crm_key' }])
    const tested = await call(tryOut, { body: { id, kind: 'uisp', config: away }, headers })
    expect(tested.status).toBe(422)
    expect((await call(GET, { headers }, at(id))).body.config.url).toBe('https://uisp.example.net')
  })

  test('PUT takes back what it leaves out, DELETE forgets it', async () => {
    const id = await made()
    await call(PATCH, { method: 'PATCH', body: { pings: 'all', sync_interval: 600 }, headers }, at(id))
    const put = { kind: 'uisp', name: 'U', config: { url: config.url, token: '********' } }
    const { body } = await call(PUT, { method: 'PUT', body: put, headers }, at(id))
    expect(body).toMatchObject({ name: 'U', pings: 'none', sync_interval: 3600, config: { token: '********' } })
    expect(body.config.crm_key).toBeUndefined()
    expect((await call(DELETE, { method: 'DELETE', headers }, at(id))).status).toBe(204)
    expect((await call(GET, { headers }, at(id))).status).toBe(404)
  })

  test.each([
    ['a kind that is none', { kind: 'uucp', name: 'x', config: {} }, 'kind'],
    ['no token', { kind: 'uisp', name: 'x', config: { url: 'https://u.example.net' } }, 'config.token'],
    ['an address that is none', { kind: 'sonar', name: 'x', config: { url: 'ftp://x', token: 't' } }, 'config.url'],
    ['polls too often', { kind: 'uisp', name: 'x', config, poll_interval: 5 }, 'poll_interval'],
    ['more misses than polls', { kind: 'uisp', name: 'x', config, isolate: { misses: 4, polls: 3 } }, 'isolate.misses'],
  ])('%s is refused, and named', async (_, body, place) => {
    const refused = await post(body)
    expect(refused.status).toBe(422)
    expect(JSON.stringify(refused.body)).toContain(place)
  })

  test('a name is taken once', async () => {
    await made()
    expect(await post({ kind: 'uisp', name: 'UISP', config })).toMatchObject({ status: 409 })
  })
})

describe('with a UISP that answers', () => {
  const uisp = async () => {
    const standIn = await uispStandIn()
    onTestFinished(() => standIn.close())
    return { url: standIn.url, token: apiToken }
  }

  test('the connection is tried, and a wrong token said in words', async () => {
    const there = await uisp()
    const good = await call(tryOut, { body: { kind: 'uisp', config: there }, headers })
    expect(SourceTestAnswer.strict().parse(good.body)).toMatchObject({ ok: true, fault: null })
    const bad = await call(tryOut, { body: { kind: 'uisp', config: { ...there, token: 'wrong' } }, headers })
    expect(bad.body).toMatchObject({ ok: false, fault: 'refused', words: expect.stringContaining('401') })
  })

  test('read now: what it would change is shown, then applied, once', async () => {
    const id = (await post({ kind: 'uisp', name: 'UISP', config: await uisp() })).body.id as number
    const { body: asked } = await call(sync, { method: 'POST', headers }, at(id))
    expect(SourceRunAnswer.strict().parse(asked)).toMatchObject({ state: 'reading', by: 'operator' })
    await readAll()
    const { body: seen } = await call(listRuns, { headers }, at(id))
    expect(seen.items).toHaveLength(1)
    expect(SourceRunAnswer.strict().parse(seen.items[0])).toMatchObject({
      id: asked.id,
      state: 'planned',
      counts: { vanishes: 0 },
    })
    expect(seen.items[0].rejected).toHaveLength(1)
    expect((await call(GET, { headers }, at(id))).body).toMatchObject({ planned_run_id: asked.id })
    const path = { ...at(id), run: String(asked.id) }
    const applied = await call(applyRun, { method: 'POST', headers }, path)
    expect(applied.body).toMatchObject({ state: 'applied', applied_by: 'operator' })
    expect(await database.sql`select count(*)::int as n from devices`).toEqual([{ n: 45 }])
    expect((await call(applyRun, { method: 'POST', headers }, path)).status).toBe(409)
    expect((await call(dismissRun, { method: 'POST', headers }, path)).status).toBe(409)
  })
})
