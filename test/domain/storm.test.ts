import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stormDigestAt, stormWindowMs } from '@/lib/domain/storm'

test.each<[string, number, number | null, number | null]>([
  ['a quiet channel', 0, null, null],
  ['the tenth within a minute', 9, null, null],
  ['the eleventh within a minute', 10, null, 130_000],
  ['a digest is open', 0, 105_000, 105_000],
  ['the digest is going out now', 3, 100_000, null],
  ['the digest went out, the storm goes on', 10, 90_000, 130_000],
])('%s', (_, toldInLastMinute, digestAt, expected) =>
  expect(stormDigestAt({ toldInLastMinute, digestAt }, 100_000)).toBe(expected),
)

test('in no minute more than 12 messages go out, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4_000), { maxLength: 400 }), (gaps) => {
      const sent: number[] = []
      const digests: number[] = []
      let now = 0
      let told = 0
      for (const gap of gaps) {
        now += gap
        const toldInLastMinute = sent.filter((at) => at > now - stormWindowMs).length
        const at = stormDigestAt({ toldInLastMinute, digestAt: digests.at(-1) ?? null }, now)
        if (at === null) sent.push(now)
        else if (digests.at(-1) !== at) digests.push(at)
        told += at === null || (at > now && at <= now + 30_000) ? 1 : 0
      }
      expect(told).toBe(gaps.length)
      const messages = [...sent, ...digests].sort((a, b) => a - b)
      for (const [i, at] of messages.entries())
        expect(at - (messages[i - 12] ?? -stormWindowMs)).toBeGreaterThanOrEqual(stormWindowMs)
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
