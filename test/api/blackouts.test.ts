import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST as end } from '@/app/api/blackouts/[id]/end/route'
import { DELETE, GET, PATCH, PUT } from '@/app/api/blackouts/[id]/route'
import { POST as add, GET as list } from '@/app/api/blackouts/route'
import { createDevice, findDevice } from '@/lib/store/devices'
import { createJob, deleteJobs } from '@/lib/store/job-writes'
import { BlackoutAnswer } from '@/lib/wire/rest-blackouts'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
let device: number
let job: number
let siteId: number
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).basic
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from targets`
  await database.sql`delete from sites`
  const [made, named] = [
    await createDevice({ name: 'Core', address: '10.0.0.1', site: 'S' }),
    await createJob({ name: 'j' }),
  ]
  if ('fault' in made || 'fault' in named) throw new Error('not made')
  device = made.id
  job = named.job.id
  siteId = (await findDevice(device))?.siteId ?? 0
  await database.sql`delete from blackouts` // the first hour of the job
})

const post = (body: object) => call(add, { body, headers })
const at = (id: number) => ({ id: String(id) })
const search = (query = '') => call(list, { path: `/?${query}`, headers })
const patch = (id: number, body: object) => call(PATCH, { method: 'PATCH', body, headers }, at(id))

describe('a blackout', () => {
  test('over a range is made, read in the exact shape, and can be sent back', async () => {
    const said = {
      kind: 'range',
      reason: 'New power supply',
      from_at: '2030-03-31T00:30',
      until_at: '2030-03-31T06:00',
    }
    const made = await post({ ...said, timezone: 'Europe/Berlin', targets: [device, job], tags: ['t'] })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/blackouts/${made.body.id}`)
    expect(made.body).toEqual({
      id: made.body.id,
      kind: 'range',
      reason: 'New power supply',
      covers_all: false,
      targets: [
        { id: device, kind: 'device', name: 'Core' },
        { id: job, kind: 'job', name: 'j' },
      ],
      sites: [],
      tags: ['t'],
      from_at: '2030-03-30T23:30:00.000Z',
      until_at: '2030-03-31T04:00:00.000Z', // the clock went forward in between
      weekdays: null,
      start: null,
      end: null,
      timezone: 'Europe/Berlin',
      periods_left: null,
      planned: true,
      active: false,
      active_until: null,
      next: [{ start_at: '2030-03-30T23:30:00.000Z', end_at: '2030-03-31T04:00:00.000Z' }],
      ended_at: null,
      created_at: expect.stringMatching(/Z$/),
      created_by: 'operator',
    })
    expect(BlackoutAnswer.safeParse(made.body).error).toBeUndefined()
    for (const [handler, method] of [
      [PUT, 'PUT'],
      [PATCH, 'PATCH'],
    ] as const) {
      const back = await call(handler, { method, body: made.body, headers }, at(made.body.id))
      expect(back.body).toEqual(made.body)
    }
  })

  test('every week over midnight says its next five times', async () => {
    const { body } = await post({
      ...{ kind: 'weekly', weekdays: [7, 1], start: '22:30', end: '02:00', timezone: 'Europe/Berlin', sites: [siteId] },
    })
    expect(body).toMatchObject({ weekdays: [1, 7], start: '22:30', end: '02:00', sites: [{ id: siteId, name: 'S' }] })
    expect(body.next).toHaveLength(5)
    const back = await call(PUT, { method: 'PUT', body, headers }, at(body.id))
    expect(back.body).toEqual(body)
  })

  test('over everything is active until it is ended; over the next periods counts one job', async () => {
    const { body } = await post({ kind: 'open', covers_all: true })
    expect(body).toMatchObject({ active: true, active_until: null, covers_all: true })
    expect((await search('live=1')).body.items).toHaveLength(1)
    const ended = await call(end, { method: 'POST', headers }, at(body.id))
    expect(ended.body).toMatchObject({ active: false, ended_at: expect.any(String), next: [] })
    expect((await call(end, { method: 'POST', headers }, at(body.id))).body).toEqual(ended.body)
    expect((await search('live=1')).body.items).toEqual([])
    expect((await post({ kind: 'periods', periods_left: 3, targets: [job] })).body).toMatchObject({ periods_left: 3 })
  })

  test('is changed in part by PATCH, and as a whole by PUT', async () => {
    const { body } = await post({ kind: 'open', targets: [job], reason: 'a', tags: ['t'] })
    expect((await patch(body.id, { reason: 'b' })).body).toMatchObject({ reason: 'b', tags: ['t'], kind: 'open' })
    const put = await call(PUT, { method: 'PUT', body: { kind: 'open', targets: [device] }, headers }, at(body.id))
    expect(put.body).toMatchObject({ reason: '', tags: [], targets: [{ name: 'Core' }] })
  })

  test('that was ended stays so when its reason is put right, and holds again when it is given other times', async () => {
    const { body } = await post({ kind: 'open', targets: [job], reason: 'Tower wrok' })
    const ended = (await call(end, { method: 'POST', headers }, at(body.id))).body
    const mended = await patch(body.id, { reason: 'Tower work' })
    expect(mended.body).toEqual({ ...ended, reason: 'Tower work' })
    const back = await call(PUT, { method: 'PUT', body: mended.body, headers }, at(body.id))
    expect(back.body).toEqual(mended.body)
    const again = await patch(body.id, { kind: 'range', until_at: '2199-01-01T00:00:00Z' })
    expect(again.body).toMatchObject({ active: true, ended_at: null })
  })

  test('of many targets says all of their names when it is read alone', async () => {
    const made = await Promise.all(Array.from({ length: 120 }, (_, i) => createJob({ name: `many ${i}` })))
    const ids = made.map((one) => ('job' in one ? one.job.id : 0)).sort((a, b) => a - b)
    const { body } = await post({ kind: 'open', targets: ids })
    expect(body.targets.filter(({ name }: { name: string | null }) => name === null)).toEqual([])
  })

  test('keeps what went meanwhile, and can still be changed', async () => {
    const { body } = await post({ kind: 'open', targets: [job, device] })
    await deleteJobs([job])
    const changed = await patch(body.id, { reason: 'still' })
    expect(changed.body.targets).toEqual([
      { id: job, kind: null, name: null },
      { id: device, kind: 'device', name: 'Core' },
    ])
  })

  test.each([
    [{}, 'kind'],
    [{ kind: 'sometimes' }, 'kind'],
    [{ kind: 'open' }, 'targets: found nothing covered'],
    [{ kind: 'open', targets: [999_999] }, 'targets: found 999999, expected ids of devices and jobs'],
    [{ kind: 'open', sites: [999_999] }, 'sites: found 999999, expected ids of sites'],
    [{ kind: 'range', covers_all: true }, 'until_at: found nothing'],
    [
      { kind: 'range', covers_all: true, from_at: '2030-01-02', until_at: '2030-01-01' },
      'until_at: found "2030-01-01"',
    ],
    [{ kind: 'weekly', covers_all: true, weekdays: [1], start: '25:00', end: '01:00' }, 'start: found "25:00"'],
    [{ kind: 'weekly', covers_all: true, start: '22:00', end: '01:00' }, 'weekdays: found nothing'],
    [{ kind: 'open', covers_all: true, timezone: 'Nowhere' }, 'timezone: found "Nowhere"'],
    [{ kind: 'open', covers_all: true, reason: 'a\u0000' }, 'reason: '],
    [{ kind: 'open', covers_al: true }, 'covers_al'],
  ])('%j is refused by its name on the wire', async (body, fault) => {
    const answer = await post(body)
    expect(answer.status).toBe(422)
    expect(answer.body.detail).toContain(fault)
    expect((await search()).body.items).toEqual([])
  })
  test('over periods takes one job, and no device', async () => {
    const answer = await post({ kind: 'periods', periods_left: 1, targets: [device] })
    expect(answer.body.detail).toBe(`targets: found ${device}, expected the id of a job`)
  })

  test('is removed once', async () => {
    const { id } = (await post({ kind: 'open', covers_all: true })).body
    const remove = () => call(DELETE, { method: 'DELETE', headers }, at(id))
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404])
    expect((await call(GET, { headers }, at(id))).status).toBe(404)
    expect((await patch(id, { reason: 'x' })).status).toBe(404)
  })
})

test('the list is read in pages, and by what concerns a target', async () => {
  for (const reason of ['1', '2', '3']) await post({ kind: 'open', reason, targets: [reason === '3' ? device : job] })
  await post({ kind: 'open', reason: 'site', sites: [siteId] })
  const reasons = (answer: { body: { items: { reason: string }[] } }) => answer.body.items.map(({ reason }) => reason)
  expect(reasons(await search(`target=${device}`))).toEqual(['site', '3'])
  const first = await search('limit=3')
  expect(reasons(first)).toEqual(['site', '3', '2'])
  expect(reasons(await search(`limit=3&cursor=${first.body.next}`))).toEqual(['1'])
  expect((await search('cursor=x')).status).toBe(422)
  expect((await search('live=perhaps')).status).toBe(422)
})
