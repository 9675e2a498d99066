import fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'

const now = new Date('2026-03-01T12:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)

describe('links that acknowledge', async () => {
  process.env.SECRET_KEY = 'a secret key of tests, long enough'
  const { acknowledgeUrl, readToken, tokenDays } = await import('@/lib/action-tokens')
  const tokenOf = (incident: number, channel: number, at = now) =>
    acknowledgeUrl('https://monitor.example.net/', incident, channel, at).split('/acknowledge/')[1] ?? ''

  beforeEach(() => void vi.unstubAllEnvs())

  test('a link names its incident and its channel, and its page is our own', () => {
    expect(acknowledgeUrl('https://monitor.example.net/', 7, 3, now)).toMatch(
      /^https:\/\/monitor\.example\.net\/acknowledge\/1\.7\.3\.\d+\.[\w-]{12}\.[\w-]{43}$/,
    )
    expect(readToken(tokenOf(7, 3), now)).toEqual({
      token: {
        incidentId: 7,
        channelId: 3,
        expiresAt: later(tokenDays * 86_400),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
  })

  test('the largest ids of the database pass', () =>
    expect(readToken(tokenOf(2_147_483_647, 2_147_483_647), now)).toMatchObject({
      token: { incidentId: 2_147_483_647 },
    }))

  test('no two links are the same, so that each can be spent by itself', () =>
    expect(tokenOf(7, 3)).not.toBe(tokenOf(7, 3)))

  test('it is good until its last second, and not in it', () => {
    expect(readToken(tokenOf(7, 3), later(tokenDays * 86_400 - 1))).toHaveProperty('token')
    expect(readToken(tokenOf(7, 3), later(tokenDays * 86_400))).toEqual({ refused: 'expired' })
  })

  test('whatever is changed in it, it is refused', () => {
    const token = tokenOf(17, 23)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'0123456789abcXYZ-_.'), (at, character) => {
        fc.pre(token[at] !== character)
        const changed = token.slice(0, at) + character + token.slice(at + 1)
        const read = readToken(changed, now)
        // The last character of a signature has two bits that mean nothing: it stays the same token, spent as one.
        if (at === token.length - 1 && 'token' in read) expect(read).toEqual(readToken(token, now))
        else expect(read).toHaveProperty('refused')
      }),
    )
  })

  test('whatever it is given, it answers', () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => void expect(readToken(text, now)).toHaveProperty('refused')),
    ))

  test('what was signed for another purpose, or with another key, is forged', async () => {
    const token = tokenOf(7, 3)
    vi.stubEnv('SECRET_KEY', 'another key of tests, long enough, too')
    vi.resetModules()
    const other = await import('@/lib/action-tokens')
    expect(other.readToken(token, now)).toEqual({ refused: 'forged' })
  })
})
