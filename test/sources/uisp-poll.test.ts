import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SourceDeviceStatus, SourcePoll } from '@/lib/sources/records'
import { isFault } from '@/lib/sources/source'
import { readUispPoll } from '@/lib/sources/uisp-status'
import { costOf } from '../setup/measure'
import { fixture, type Json } from './fixtures'
import { faultOf, opened, read } from './opened'
import { uispFleet, withDark } from './uisp-fleet'
import { apiToken, scenario, uispStandIn } from './uisp-stand-in'

const polled = (list: unknown): SourcePoll => {
  const poll = readUispPoll(list, 1_000, 100_000)
  if (isFault(poll)) throw new Error(poll.words)
  return poll
}
const entry = (overview: Json, more: Json = {}): Json => ({
  identification: { id: 'd1', name: 'one' },
  overview,
  ...more,
})
const says = (one: Json): SourceDeviceStatus['says'] | undefined => polled([one]).devices[0]?.says

describe('what UISP says of a device', () => {
  test('that it lists twice counts where both say the same', () => {
    const [dark, up] = [entry({ status: 'disconnected' }), entry({ status: 'active' })]
    const other = entry({ status: 'active' }, { identification: { id: 'd2', name: 'two' } })
    for (const [list, word] of [
      [[dark, up, other], 'none'],
      [[up, dark, other], 'none'],
      [[dark, dark, other], 'dark'],
    ] as const) {
      const { devices, rejected } = polled(list)
      expect(devices.map((one) => one.says)).toEqual([word, 'up'])
      expect(rejected).toHaveLength(1)
    }
  })

  // Every word of its enumeration, null, one that it does not have yet, and what the word means with and without an uptime.
  test.each([
    ['active', 'up', 'up'],
    ['disconnected', 'dark', 'dark'],
    ['misconfigured', 'up', 'none'],
    ['incompatible', 'up', 'none'],
    ['custom', 'up', 'none'],
    ['connecting', 'none', 'none'],
    ['unknown', 'none', 'none'],
    ['inactive', 'none', 'none'],
    ['discovered', 'none', 'none'],
    ['disabled', 'none', 'none'],
    ['unauthorized', 'none', 'none'],
    ['proposed', 'none', 'none'],
    ['unplaced', 'none', 'none'],
    ['maintenance', 'none', 'none'],
    ['unmonitored', 'none', 'none'],
    ['unassigned', 'none', 'none'],
    ['preregistration', 'none', 'none'],
    [null, 'none', 'none'],
    ['hibernating', 'none', 'none'],
    ['Disconnected ', 'none', 'none'], // not its word
  ] as const)('%s: running %s, without an uptime %s', (status, running, still) => {
    expect(says(entry({ status, uptime: 40 }))).toBe(running)
    expect(says(entry({ status, uptime: null }))).toBe(still)
  })

  test('the fixture has each of them', () => {
    const words = new Set(fixture('uisp-devices').map((one) => (one.overview as Json).status))
    expect(words.size).toBe(20) // 17 words, null, an invented one, and a list
  })

  test('in maintenance nothing is dark', () => {
    expect(says(entry({ status: 'disconnected' }, { meta: { maintenance: true } }))).toBe('none')
    expect(says(entry({ status: 'disconnected' }, { meta: { maintenance: false } }))).toBe('dark')
  })

  test('the overview is fresher than the identification', () => {
    const identification = { id: 'd1', name: 'one', status: 'active' }
    expect(says({ identification, overview: { status: 'disconnected' } })).toBe('dark')
    expect(says({ identification })).toBe('up')
  })

  test('a dying gasp says that the power was cut', () => {
    const onu = polled(fixture('uisp-devices')).devices.find(({ name }) => name === 'ari-fiber-onu')
    expect(onu).toMatchObject({ says: 'dark', powerCut: true, uptimeSeconds: null })
  })

  test('numbers, instants and addresses that are none are nothing, and take no device with them', () => {
    const odd = entry(
      { status: 'active', uptime: '3 days', signal: 'strong', lastSeen: 'yesterday' },
      { attributes: 'n/a', meta: [] },
    )
    expect(polled([odd]).devices[0]).toMatchObject({
      says: 'up',
      uptimeSeconds: null,
      signalDbm: null,
      lastSeenAt: null,
    })
  })

  test('a number as a name, and a site as text, are taken for what they are', () => {
    const [device] = polled([
      { identification: { id: 7, name: 17, site: 'North Ridge' }, overview: { status: 'active' } },
    ]).devices
    expect(device).toMatchObject({ key: '7', name: '17' })
  })

  test('names keep markup and right-to-left letters, and lose what reverses or hides text', () => {
    const name = (text: unknown) => polled([{ identification: { id: 'd1', name: text } }]).devices[0]?.name
    expect(name('<b>A & B</b> *x* @everyone <!channel>')).toBe('<b>A & B</b> *x* @everyone <!channel>')
    expect(name('شبكة المثال')).toBe('شبكة المثال')
    expect(name('evil\u202eexe.cpe\u2066\0\u0007')).toBe('evilexe.cpe')
    expect(name(`${'x'.repeat(5000)}`)?.length).toBe(120)
    expect(name('\ud800')).toBe('\ufffd')
  })

  test('the entry is kept verbatim as evidence, bounded, and such that a database takes it', () => {
    const [device] = polled([
      entry(
        { status: 'disconnected', note: `a\0b\ud800${'x'.repeat(9000)}` },
        { interfaces: Array(9000).fill({ a: 1 }) },
      ),
    ]).devices
    const kept = JSON.stringify(device?.entry)
    expect(device?.entry).toMatchObject({
      identification: { id: 'd1', name: 'one' },
      overview: { status: 'disconnected' },
    })
    expect(kept.length).toBeLessThan(3000)
    expect(kept).not.toMatch(/\\u0000|\\ud800/)
  })
})

describe('entries are read apart', () => {
  test.each([
    ['no id', { identification: { name: 'x' }, overview: {} }, /identification.id: found nothing, expected its id/],
    ['an id of another kind', { identification: { id: { a: 1 }, name: 'x' } }, /found an object with a/],
    ['an id with a line feed', { identification: { id: 'a\nb', name: 'x' } }, /expected its id/],
    [
      'a status of another kind',
      { identification: { id: 'd', name: 'x' }, overview: { status: ['active'] } },
      /status: found a list of 1, expected a word/,
    ],
    ['no identification', { overview: { status: 'active' } }, /identification.id/],
    ['no object', 'device', /found "device", expected an object/],
    ['the id of another', { identification: { id: 'good-0', name: 'x' } }, /found the id good-0 a second time/],
  ])('%s: named by its place, its name and why', (_, bad, reason) => {
    const good = [0, 1].map((i) => ({
      identification: { id: `good-${i}`, name: `good ${i}` },
      overview: { status: 'active' },
    }))
    const { devices, rejected } = polled([...good, bad])
    expect(devices.map(({ key }) => key)).toEqual(['good-0', 'good-1'])
    expect(rejected).toEqual([
      { what: expect.stringMatching(/^device 2( \(x\))?$/), reason: expect.stringMatching(reason) },
    ])
  })

  test('whatever comes, it is a poll or a fault', () => {
    const any = fc.anything({ withNullPrototype: true, withSparseArray: true })
    const overview = fc.record({ status: any, uptime: any, signal: any, lastSeen: any }, { requiredKeys: [] })
    const identification = fc.record({ id: any, name: any, mac: any, site: any, status: any }, { requiredKeys: [] })
    const device = fc.record(
      { identification: fc.oneof(identification, any), overview: fc.oneof(overview, any), meta: any, attributes: any },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.oneof(device, any)), any), (list) => {
        const poll = readUispPoll(list, 1, 100)
        if (isFault(poll)) return poll.words.length > 0
        for (const one of poll.devices) expect(JSON.stringify(one).length).toBeLessThan(300_000)
        return poll.devices.length + poll.rejected.length === (Array.isArray(list) ? list.length : 0)
      }),
      { numRuns: Number(process.env.FC ?? 300) },
    )
  })
})

test('4,000 devices are read within 5 % of a core, were it asked every 30 s', async () => {
  const server = await uispStandIn()
  onTestFinished(() => server.close())
  const dark = new Set([7, 3999])
  const body = Buffer.from(JSON.stringify(withDark(uispFleet(4000), dark)))
  server.list(body)
  const source = opened('uisp', { url: server.url, token: apiToken })
  const { result, cpu } = await costOf(() => read(source.poll?.()))
  const { devices } = result
  expect(body.length).toBeGreaterThan(7_000_000)
  expect(devices).toHaveLength(4000)
  expect(devices.flatMap(({ says }, i) => (says === 'up' ? [] : [`${i} ${says}`]))).toEqual(['7 dark', '3999 dark'])
  expect(cpu).toBeLessThan(15) // of 100 ms on a quiet machine
})

describe('the ten polls of the scenario, by real HTTP', () => {
  test('say exactly what changed, and three of them are faults', async () => {
    const server = await uispStandIn()
    onTestFinished(() => server.close())
    const source = opened('uisp', { url: server.url, token: apiToken })
    const told: string[] = []
    let before = new Map<string, SourceDeviceStatus>()
    for (const [tick] of scenario.entries()) {
      server.play(tick)
      const poll = await source.poll?.()
      if (!poll || isFault(poll)) {
        told.push(`${tick}: ${poll?.kind}`)
        continue
      }
      const now = new Map(poll.devices.map((one) => [one.name, one]))
      const changed = [...now.values()].filter((one) => before.size > 0 && before.get(one.name)?.says !== one.says)
      const gone = [...before.keys()].filter((name) => !now.has(name))
      told.push(
        `${tick}: ${[...changed.map((one) => `${one.name} ${one.says}`), ...gone.map((name) => `${name} gone`)].join(', ')}`,
      )
      if (tick === 0)
        told.push(
          [...now.values()]
            .filter((one) => one.says === 'dark')
            .map((one) => one.name)
            .join(', '),
        )
      if (tick === 2) expect(now.get('avery-sample-cpe')?.uptimeSeconds).toBe(35) // it rebooted
      before = now
    }
    const water = 'ex-ptp-water-from-ridge ex-water-rtr1 ex-water-ap1 ex-water-olt1'.split(' ')
    const behind = 'jules-template-cpe sky-mockup-cpe lakeside-motel-cpe ari-fiber-onu'.split(' ')
    const east = 'ex-ridge-ap-east kendall-fixture-cpe rowan-example-cpe dakota-testcase-cpe'.split(' ')
    const all = (names: string[], word: string) => names.map((name) => `${name} ${word}`).join(', ')
    expect(told).toEqual([
      '0: ',
      [...water, 'parker-example-cpe', ...behind].join(', '),
      '1: avery-sample-cpe dark',
      '2: avery-sample-cpe up',
      '3: status',
      '4: empty',
      '5: refused',
      `6: ${all(east, 'dark')}`,
      '7: bench-router gone',
      `8: ${all([...water, ...behind], 'up')}`,
      `9: ${all(east, 'up')}`, // one of them misconfigured, as it was before
    ])
  })

  test('never ask for more than the list, with the token in its header', async () => {
    const server = await uispStandIn()
    onTestFinished(() => server.close())
    await read(opened('uisp', { url: server.url, token: apiToken }).poll?.())
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/nms/api/v2.1/devices' })
    expect(server.asked[0]?.headers).toMatchObject({
      'x-auth-token': apiToken,
      'accept-encoding': 'identity',
      connection: 'close',
    })
    expect(await faultOf(opened('uisp', { url: server.url, token: 'other' }).poll?.())).toMatchObject({
      kind: 'refused',
    })
  })
})
