import { describe, expect, test } from 'vitest'
import { Evidence } from '@/lib/wire/probe'
import { closedEvidence, openedEvidence } from '@/workers/probe/evidence'

const source = {
  address: '10.0.0.7',
  way: 'raw' as const,
  answers: new Map([[4000.25, 'host unreachable from 10.0.0.1']]),
}

describe('evidence', () => {
  test('of an isolation: the pings of the window in order, with what came back, verbatim', () => {
    const recent = [
      { sentAt: -99_000, rttMs: 1 },
      { sentAt: 1000.5, rttMs: 3.28791 },
      { sentAt: 2000.75, rttMs: null },
      { sentAt: 4000.25, rttMs: null },
    ]
    const evidence = openedEvidence({ ...source, recent }, { misses: 2, withinSeconds: 15 }, [2000.75, 4000.25])
    expect(evidence).toEqual({
      rule: '2 misses in 15 s',
      address: '10.0.0.7',
      way: 'raw',
      pings: [
        { sent_at: 1001, rtt_ms: 3.288 },
        { sent_at: 2001, rtt_ms: null },
        { sent_at: 4000, rtt_ms: null, answer: 'host unreachable from 10.0.0.1' },
      ],
    })
  })

  test('never loses a deciding miss, and never holds more than the wire takes', () => {
    const recent = Array.from({ length: 64 }, (_, i) => ({ sentAt: 100_000 + i * 100, rttMs: 1 }))
    const misses = [5000, 50_000, 106_500]
    const evidence = openedEvidence({ ...source, recent }, { misses: 3, withinSeconds: 3600 }, misses)
    expect(Evidence.parse(evidence).pings).toHaveLength(64)
    expect(evidence.pings.filter((ping) => ping.rtt_ms === null).map((ping) => ping.sent_at)).toEqual(misses)
  })

  test('of a revival: the last miss and the hits after it', () => {
    const recent = [
      { sentAt: 1000, rttMs: null },
      { sentAt: 2000, rttMs: null },
      { sentAt: 3000, rttMs: 5 },
      { sentAt: 4000, rttMs: 6 },
    ]
    const evidence = closedEvidence({ ...source, recent }, 2, [3000, 4000])
    expect(evidence.rule).toBe('2 hits in a row')
    expect(evidence.pings.map((ping) => ping.rtt_ms)).toEqual([null, 5, 6])
  })
})
