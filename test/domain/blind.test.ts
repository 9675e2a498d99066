import { describe, expect, test } from 'vitest'
import {
  type Anchor,
  anchorPinged,
  clearSight,
  gatewaysMisled,
  type Link,
  look,
  provenUntil,
  type Sight,
  stillBlind,
} from '@/lib/domain/blind'

const fresh = (address: string): Anchor => ({ address, hitAt: null, missesInRow: 0, firstMissAt: null })
const sending: Link = { sentAt: 50_000, devices: 9, refusedDevices: 0, firstRefusedAt: null }

/** Pings each anchor every 500 ms from `from` on; a picture each: '.' answered, 'x' missed. */
function pinged(anchors: Anchor[], pictures: string[], from: number): Anchor[] {
  return anchors.map((anchor, i) =>
    [...(pictures[i] ?? '')].reduce(
      (known, mark, n) => anchorPinged(known, { sentAt: from + n * 500, rttMs: mark === '.' ? 1 : null }),
      anchor,
    ),
  )
}
const gateway = fresh('10.0.0.1')
const two = [gateway, fresh('10.0.0.2')]

describe('anchors', () => {
  test('without anchors everything that was sent is proven', () => expect(provenUntil([], sending)).toBe(Infinity))
  test('an anchor that never answered proves nothing', () => expect(provenUntil([gateway], sending)).toBe(-Infinity))
  test('the latest hit of any anchor proves up to its sending', () =>
    expect(provenUntil(pinged(two, ['.xx', '..x'], 1000), sending)).toBe(1500))
  test('one lost anchor of two is no doubt', () =>
    expect(look(clearSight, pinged(two, ['.xxx', '....'], 1000), sending, 9000).sight).toEqual(clearSight))
  test('a single miss of all is no doubt', () =>
    expect(look(clearSight, pinged(two, ['.x', '.x'], 1000), sending, 2600).sight).toEqual(clearSight))
  test('two in a row of all are a doubt, since the last hit of any', () => {
    const { sight, change } = look(clearSight, pinged(two, ['..xx', '.xxx'], 1000), sending, 3500)
    expect(sight).toMatchObject({ doubtFrom: 1500, blindSince: null })
    expect(change).toBeNull()
  })
  test('5 s of doubt are blindness, told once', () => {
    const anchors = pinged(two, ['..xxxxxx', '.xxxxxxx'], 1000)
    const began = look({ ...clearSight, doubtFrom: 1500 }, anchors, sending, 6500)
    expect(began).toMatchObject({ change: 'began', sight: { blindSince: 1500 } })
    expect(began.sight.reason).toContain('10.0.0.1, 10.0.0.2')
    expect(look(began.sight, anchors, sending, 7000).change).toBeNull()
  })
  test('the first hit ends it, and says which time was not seen', () => {
    const blind: Sight = { doubtFrom: 1500, blindSince: 1500, reason: 'x' }
    const anchors = pinged(two, ['..xxxxxxx.', '.xxxxxxxxx'], 1000)
    expect(look(blind, anchors, sending, 6000)).toEqual({
      sight: clearSight,
      change: 'ended',
      unseen: { from: 1500, to: 5500 },
    })
  })
  test('a doubt that ends before 5 s is not told, yet its misses do not count', () =>
    expect(look({ ...clearSight, doubtFrom: 1000 }, pinged([gateway], ['.xx.'], 1000), sending, 2600)).toEqual({
      sight: clearSight,
      change: null,
      unseen: { from: 1000, to: 2500 },
    }))
  test('configured anchors that never answered make it blind since their first miss', () =>
    expect(look(clearSight, pinged(two, ['xxxxxxxx', 'xxxxxxxx'], 1000), sending, 6000)).toMatchObject({
      change: 'began',
      sight: { blindSince: 1000 },
    }))
  test('blind when it stopped: it stays so until an anchor answers', () => {
    expect(look(stillBlind(500), [gateway], sending, 9000)).toEqual({
      sight: stillBlind(500),
      change: null,
      unseen: null,
    })
    expect(look(stillBlind(500), pinged([gateway], ['.'], 8000), sending, 9000)).toMatchObject({
      change: 'ended',
      unseen: { from: 500, to: 8000 },
    })
  })
  test('a late miss of a ping sent before the last hit says nothing', () =>
    expect(anchorPinged({ ...gateway, hitAt: 5000 }, { sentAt: 4000, rttMs: null }).missesInRow).toBe(0))
})

describe('own link', () => {
  const refused: Link = { sentAt: 1000, devices: 4, refusedDevices: 3, firstRefusedAt: 2000 }

  test('some refused devices are no doubt, but their misses wait for a ping that leaves', () => {
    const some = { ...refused, refusedDevices: 2 }
    expect(look(clearSight, [], some, 9000).sight).toEqual(clearSight)
    expect(provenUntil([], some)).toBe(1000)
  })
  test('most devices refused and nothing else sent for 5 s: blind', () => {
    expect(look(clearSight, [], refused, 4000).sight.doubtFrom).toBe(2000)
    expect(look(clearSight, [], refused, 7000)).toMatchObject({ change: 'began', sight: { blindSince: 2000 } })
  })
  test('ends with the first ping that leaves', () =>
    expect(look({ doubtFrom: 2000, blindSince: 2000, reason: 'x' }, [], { ...sending, sentAt: 7000 }, 8000)).toEqual({
      sight: clearSight,
      change: 'ended',
      unseen: { from: 2000, to: 7000 },
    }))
})

describe('gateways that fell silent', () => {
  test.each([
    [{ ms: 60_000, devices: 10, heard: 6 }, true],
    [{ ms: 59_999, devices: 10, heard: 10 }, false],
    [{ ms: 3_600_000, devices: 10, heard: 5 }, false],
    [{ ms: 3_600_000, devices: 0, heard: 0 }, false],
  ])('%o: none to judge by any more: %s', (silence, misled) => expect(gatewaysMisled(silence)).toBe(misled))
})
