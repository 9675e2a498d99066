import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { stampAddress } from '@/workers/web/headers'

const request = (peer: string, forwarded?: string) =>
  ({
    headers: { ...(forwarded ? { 'x-forwarded-for': forwarded } : {}), 'x-beatline-address': 'claimed' },
    socket: { remoteAddress: peer },
  }) as unknown as IncomingMessage

describe('the address a request is counted under', () => {
  test.each([
    [false, '::ffff:10.0.0.9', '203.0.113.7', '10.0.0.9'],
    [false, '10.0.0.9', undefined, '10.0.0.9'],
    [true, '10.0.0.9', undefined, '10.0.0.9'],
    [true, '10.0.0.9', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    [true, '10.0.0.9', '203.0.113.7:51820', '203.0.113.7'],
    [true, '10.0.0.9', '[2001:db8::7]:51820', '2001:db8::7'],
    [true, '10.0.0.9', '2001:db8::7', '2001:db8::7'],
    [true, '10.0.0.9', '::ffff:203.0.113.7', '203.0.113.7'],
  ])('behind a trusted proxy: %s, peer %s, forwarded for %s: %s', (trustProxy, peer, forwarded, expected) => {
    const asked = request(peer, forwarded)
    expect(stampAddress(asked, trustProxy)).toBe(expected)
    expect(asked.headers['x-beatline-address']).toBe(expected)
  })
})
