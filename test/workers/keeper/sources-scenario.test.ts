import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileOutages } from '@/lib/store/filing'
import { ensurePartitions } from '@/lib/store/partitions'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { type UispStandIn, uispStandIn } from '../../sources/uisp-stand-in'
import { addSource, poller, takeOver, uispAt } from './source-scene'

let database: TestDatabase
let uisp: UispStandIn
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(sql(), new Date())
  uisp = await uispStandIn()
})
afterAll(async () => {
  await uisp?.close()
  await database?.stop()
})

type Row = { name: string; state: string; began: Date; isolated: Date; ended: Date | null; root: string }
const list = () => sql()<Row[]>`
  select t.name, o.state, o.began_at as began, o.isolated_at as isolated, o.ended_at as ended, i.root_name as root
  from outages o join targets t on t.id = o.target_id left join incidents i on i.id = o.incident_id order by t.name`

describe('the ten polls of the recorded UISP, a minute apart', () => {
  const beganAt = Date.now() - 20 * 60_000
  let tick = 0
  const clock = () => beganAt + tick * 60_000
  const minutes = (at: Date | null) => (at === null ? null : (at.getTime() - beganAt) / 60_000)
  let sourceId = 0
  const pollAndFile = async (keeper: ReturnType<typeof poller>, upTo: number) => {
    for (; tick <= upTo; tick++) {
      await keeper.poll()
      await fileOutages(new Date(clock() + 1000))
      await fileOutages(new Date(clock() + 30_000))
    }
    tick = upTo
  }

  test('open and end exactly the outages that happened, at the times of the answers', async () => {
    sourceId = await addSource(sql(), uispAt(uisp.url))
    await takeOver(sql(), sourceId, uispAt(uisp.url))
    const keeper = poller(sql(), { clock })
    uisp.playOn()
    await pollAndFile(keeper, 9)
    const water = [
      'ari-fiber-onu',
      'ex-ptp-water-from-ridge',
      'ex-water-ap1',
      'ex-water-olt1',
      'ex-water-rtr1',
      'jules-template-cpe',
      'lakeside-motel-cpe',
      'sky-mockup-cpe',
    ]
    const east = ['dakota-testcase-cpe', 'ex-ridge-ap-east', 'kendall-fixture-cpe', 'rowan-example-cpe']
    const found = (await list()).map(({ name, began, isolated, ended }) => [
      name,
      ...[began, isolated, ended].map(minutes),
    ])
    expect(found).toEqual(
      [
        ...water.map((name) => [name, 0, 1, 8]),
        ...east.map((name) => [name, 6, 7, null]),
        ['parker-example-cpe', 0, 1, null], // out all the time
        ['Source UISP', 3, 4, 6], // 502, an empty list, 401: its own
      ].sort(([a], [b]) => (`${a}` < `${b}` ? -1 : 1)),
    )
    expect(keeper.answers).toHaveLength(7) // three polls failed
    // One poll is not enough for a revival either.
    tick = 10
    await pollAndFile(keeper, 10)
    await keeper.stop()
    const over = (await list()).filter(({ name }) => east.includes(name)).map(({ ended }) => minutes(ended))
    expect(over).toEqual([9, 9, 9, 9])
  })

  test('are one incident for an access point with its stations, and one for the source', async () => {
    const roots = new Map<string, string[]>()
    for (const { name, root } of await list()) roots.set(root, [...(roots.get(root) ?? []), name])
    expect(Object.fromEntries(roots)).toMatchObject({
      'ex-ridge-ap-east': ['dakota-testcase-cpe', 'ex-ridge-ap-east', 'kendall-fixture-cpe', 'rowan-example-cpe'],
      'ex-water-ap1': ['ex-water-ap1', 'jules-template-cpe', 'lakeside-motel-cpe', 'sky-mockup-cpe'],
      'ex-water-olt1': ['ari-fiber-onu', 'ex-water-olt1'],
      'parker-example-cpe': ['parker-example-cpe'],
      'Source UISP': ['Source UISP'],
    })
    const [{ count } = { count: 0 }] = await sql()<{ count: number }[]>`select count(*)::int from incidents`
    expect(count).toBe(roots.size)
  })

  test('keep the message that opened and the one that closed, verbatim', async () => {
    const [outage] = await sql()`
      select opened_evidence as opened, closed_evidence as closed from outages o join targets t on t.id = o.target_id
      where t.name = 'ex-ridge-ap-east'`
    const at = (minute: number) => new Date(beganAt + minute * 60_000).toISOString()
    const dark = (minute: number) => ({ at: at(minute), says: 'dark' })
    const up = (minute: number) => ({ at: at(minute), says: 'up' })
    expect(outage).toMatchObject({
      opened: {
        source: {
          id: sourceId,
          name: 'UISP',
          answered_at: at(7),
          status: 'disconnected',
          rule: '2 dark answers of the last 3',
          answers: [dark(6), dark(7)],
          entry: { identification: { name: 'ex-ridge-ap-east' }, overview: { status: 'disconnected' } },
        },
      },
      closed: { source: { answered_at: at(10), status: 'active', answers: [up(9), up(10)] } },
    })
  })

  test('show what nobody says anything of as unknown, and the rest as it is', async () => {
    const shown = await sql()<{ status: string; names: string[] }[]>`
      select t.status, array_agg(t.name order by t.name) as names from targets t join devices d on d.id = t.id group by 1`
    const of = (status: string) => shown.find((row) => row.status === status)?.names ?? []
    expect(of('down')).toEqual(['parker-example-cpe'])
    expect(of('up')).toContain('avery-sample-cpe') // the flap of one poll
    expect(of('unknown').length).toBeGreaterThan(5)
  })
})
