import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEngine } from '@/lib/ping/engine'
import { packTargets } from '@/lib/ping/targets'
import { behindHeader, createFakeSocket, replyTo, type SentEcho } from './fake-socket'

const [EPERM, EAGAIN, ENOBUFS] = [1, 11, 105]
const second = (address: string, slot = 0) => ({ slot, address, timeoutMs: 1000 })

/** An engine on a socket without a kernel and clocks that are moved by hand; `results` are [slot, rttMs, answer]. */
function createBench(way: 'raw' | 'datagram' = 'datagram', maxPerSecond = Number.POSITIVE_INFINITY) {
  const fake = createFakeSocket(way)
  const clock = { wall: 1_800_000_000_000, steady: 1000 }
  const results: [slot: number, rttMs: number, answer?: string][] = []
  const engine = createEngine({
    sockets: { 4: fake.socket, 6: null },
    maxPerSecond,
    wallClock: () => clock.wall,
    steadyClock: () => clock.steady,
    onResults({ count, slot, rttMs, answers }) {
      for (let i = 0; i < count; i++) {
        const answer = answers?.get(i)
        const result: [number, number] = [slot[i] ?? -1, rttMs[i] ?? -1]
        results.push(answer === undefined ? result : [...result, answer])
      }
    },
  })
  const turn = (afterMs = 0) => {
    clock.wall += afterMs
    clock.steady += afterMs
    engine.turn()
    engine.flush()
  }
  const sent = (i: number): SentEcho => fake.sent[i] ?? { id: 0, sequence: 0, low: 0, high: 0, address: 0 }
  return { ...fake, engine, clock, results, turn, echo: sent }
}

function pinged(way: 'raw' | 'datagram' = 'datagram') {
  const bench = createBench(way)
  bench.engine.assign(packTargets([second('10.0.0.2', 7)]))
  bench.engine.ping(Uint32Array.of(7))
  bench.turn()
  return bench
}

describe('a ping', () => {
  test('is hit by its reply, timed by the stamp of the kernel and not by when it was read', () => {
    const bench = pinged()
    bench.arrive(replyTo(bench.echo(0)), bench.clock.wall + 12.5)
    bench.turn(300)
    expect(bench.results).toEqual([[7, 12.5]])
    expect(bench.engine.inFlight()).toBe(0)
  })

  test('is missed when its timeout has passed, not before', () => {
    const bench = pinged()
    bench.turn(999)
    expect(bench.results).toEqual([])
    bench.turn(1)
    expect(bench.results).toEqual([[7, Number.NaN]])
  })

  test('is missed by a reply that the kernel received too late', () => {
    const bench = pinged()
    bench.arrive(replyTo(bench.echo(0)), bench.clock.wall + 1001)
    bench.turn(1002)
    expect(bench.results).toEqual([[7, Number.NaN]])
  })

  test('is hit by a reply in time that we come to read long after', () => {
    const bench = pinged()
    bench.arrive(replyTo(bench.echo(0)), bench.clock.wall + 900)
    bench.turn(30_000)
    expect(bench.results).toEqual([[7, 900]])
  })

  test('counts one reply, however many come', () => {
    const bench = pinged()
    for (let i = 0; i < 3; i++) bench.arrive(replyTo(bench.echo(0)), bench.clock.wall + 1)
    bench.turn(10)
    bench.turn(2000)
    expect(bench.results).toEqual([[7, 1]])
  })

  test.each([-3_600_000, 3_600_000])('keeps a true round trip when the clock is set by %d ms meanwhile', (stepMs) => {
    const bench = pinged()
    bench.clock.wall += stepMs
    bench.arrive(replyTo(bench.echo(0)), bench.clock.wall + 5)
    bench.turn(8)
    expect(bench.results).toEqual([[7, 8]])
  })

  test('of a slot that was never assigned is answered all the same', () => {
    const bench = createBench()
    bench.engine.ping(Uint32Array.of(3))
    bench.turn()
    bench.turn(10)
    expect(bench.results).toEqual([[3, Number.NaN, 'not sent: nothing is assigned to it']])
  })

  test('over IPv6, where there is none, says so', () => {
    const bench = createBench()
    bench.engine.assign(packTargets([second('::1')]))
    bench.engine.ping(Uint32Array.of(0))
    bench.turn()
    bench.turn(1000)
    expect(bench.results).toEqual([[0, Number.NaN, 'not sent: no IPv6 on this machine']])
  })
})

describe('what is not for us is passed over', () => {
  test('any change to the token of a reply', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (low, high) => {
        const bench = pinged()
        fc.pre(low !== bench.echo(0).low || high !== bench.echo(0).high)
        bench.arrive(replyTo({ ...bench.echo(0), low, high }), bench.clock.wall)
        bench.turn(1000)
        expect(bench.results).toEqual([[7, Number.NaN]])
      }),
    )
  })

  test.each(['raw', 'datagram'] as const)('any bytes on a %s socket', (way) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (messages) => {
        const bench = pinged(way)
        for (const bytes of messages) bench.arrive(bytes, bench.clock.wall)
        bench.turn(1000)
        expect(bench.results).toEqual([[7, Number.NaN]])
      }),
    )
  })
})

describe('an ICMP error on a raw socket', () => {
  const errorAbout = (echo: SentEcho, quoted: number, to = [10, 0, 0, 2]) => {
    const request = replyTo(echo)
    request[0] = 8
    return behindHeader(Uint8Array.from([3, 1, 0, 0, 0, 0, 0, 0, ...behindHeader(request.slice(0, quoted), to)]))
  }

  test.each([24, 8])('is the answer of the ping of which it quotes %d bytes, told when its time is up', (quoted) => {
    const bench = pinged('raw')
    bench.arrive(errorAbout(bench.echo(0), quoted), bench.clock.wall)
    bench.turn(500)
    expect(bench.results).toEqual([])
    bench.turn(500)
    expect(bench.results).toEqual([[7, Number.NaN, 'host unreachable, says 10.0.0.1']])
  })

  test('gives way to a reply that comes after it', () => {
    const bench = pinged('raw')
    bench.arrive(errorAbout(bench.echo(0), 24), bench.clock.wall)
    bench.arrive(behindHeader(replyTo(bench.echo(0))), bench.clock.wall + 2)
    bench.turn(5)
    expect(bench.results).toEqual([[7, 2]])
  })

  test.each([
    ['about another address', (echo: SentEcho) => errorAbout(echo, 8, [10, 0, 0, 3])],
    ['about the echo of another process', (echo: SentEcho) => errorAbout({ ...echo, id: 1 }, 8)],
    ['with a wrong token', (echo: SentEcho) => errorAbout({ ...echo, low: (echo.low ^ 1) >>> 0 }, 24)],
  ])('%s is not ours', (_, make) => {
    const bench = pinged('raw')
    bench.arrive(make(bench.echo(0)), bench.clock.wall)
    bench.turn(1000)
    expect(bench.results).toEqual([[7, Number.NaN]])
  })
})

describe('a socket that refuses', () => {
  const three = (bench: ReturnType<typeof createBench>) => {
    bench.engine.assign(packTargets(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(second)))
    bench.engine.ping(Uint32Array.of(0, 1, 2))
  }

  test('one packet, twice: that ping alone was not sent', () => {
    const bench = createBench()
    bench.outcomes.push(1, -EPERM, -EPERM)
    three(bench)
    bench.turn()
    bench.turn(1000)
    expect(bench.sent.map(({ address }) => address >>> 24)).toEqual([1, 3])
    expect(bench.results.toSorted()).toEqual([
      [0, Number.NaN],
      [1, Number.NaN, 'not sent: the firewall of this machine refuses it (EPERM)'],
      [2, Number.NaN],
    ])
  })

  test('once: the error of an earlier ping, and nothing is lost', () => {
    const bench = createBench()
    bench.outcomes.push(-EPERM)
    three(bench)
    bench.turn()
    expect(bench.sent.length).toBe(3)
  })

  test('because its buffer is full: the rest goes out later, in order', () => {
    const bench = createBench()
    bench.outcomes.push(1, -EAGAIN)
    three(bench)
    bench.turn()
    expect([bench.sent.length, bench.engine.inFlight(), bench.engine.waiting()]).toEqual([1, 1, 2])
    bench.turn(5)
    expect(bench.sent.map(({ address }) => address >>> 24)).toEqual([1, 2, 3])
    bench.turn(1000)
    expect(bench.results.length).toBe(3)
  })
})

describe('a socket that takes nothing any more', () => {
  test.each([
    [EAGAIN, 'not sent: the network takes nothing more (EAGAIN)'],
    [ENOBUFS, 'not sent: the interface takes nothing more (ENOBUFS)'],
  ])('for a second (errno %i): what waits is missed and says so, instead of waiting for ever', (errno, says) => {
    const bench = createBench('datagram', 20_000)
    bench.engine.assign(packTargets([second('10.0.0.1')]))
    const refuse = (turns: number) => {
      for (let i = 0; i < turns; i++) {
        bench.outcomes.splice(0, Infinity, -errno, -errno)
        bench.turn(5)
      }
    }
    bench.engine.ping(Uint32Array.of(0))
    refuse(190) // not yet a second
    expect([bench.engine.waiting(), bench.engine.inFlight()]).toEqual([1, 0])
    refuse(250)
    expect([bench.engine.waiting(), bench.results]).toEqual([0, [[0, Number.NaN, says]]])

    bench.outcomes.length = 0
    bench.engine.ping(Uint32Array.of(0))
    bench.turn(5)
    expect(bench.sent.length).toBe(1) // it takes something again
    bench.outcomes.push(-errno)
    bench.engine.ping(Uint32Array.of(0))
    bench.turn(5)
    expect(bench.engine.waiting()).toBe(1) // and a moment's refusal is one again
  })
})

test('every ping gives exactly one result, whatever is lost, repeated or late', () => {
  const fates = fc.array(fc.record({ replies: fc.nat(2), afterMs: fc.nat(1500), turnMs: fc.nat(400) }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(fates, (pings) => {
      const bench = createBench('datagram', 20_000)
      bench.engine.assign(packTargets(pings.map((_, slot) => second('10.0.0.9', slot))))
      for (const [slot, { replies, afterMs, turnMs }] of pings.entries()) {
        bench.engine.ping(Uint32Array.of(slot))
        bench.turn(turnMs)
        const last = bench.sent.at(-1)
        for (let i = 0; last && i < replies; i++) bench.arrive(replyTo(last), bench.clock.wall + afterMs)
      }
      for (let i = 0; i < 400; i++) bench.turn(10)
      expect(bench.results.map(([slot]) => slot).sort((a, b) => a - b)).toEqual(pings.map((_, slot) => slot))
    }),
  )
})
