import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorAnswer, notSentAnswer } from '@/lib/ping/answer'
import { readSystemPing } from '@/lib/ping/system-command'

const hit = `PING 10.0.0.7 (10.0.0.7) 56(84) bytes of data.
64 bytes from 10.0.0.7: icmp_seq=1 ttl=64 time=0.118 ms

--- 10.0.0.7 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 0.118/0.118/0.118/0.000 ms
`
const silent = `PING 10.0.0.7 (10.0.0.7) 56(84) bytes of data.

--- 10.0.0.7 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
`
const unreachable = silent.replace('\n\n', '\nFrom 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n\n')

describe('readSystemPing', () => {
  test.each([
    ['a reply', hit, { rttMs: 0.118, answer: null }],
    ['silence', silent, { rttMs: null, answer: null }],
    ['an ICMP error', unreachable, { rttMs: null, answer: 'destination host unreachable, says 10.0.0.1' }],
    [
      'no route',
      'ping: connect: Network is unreachable\n',
      { rttMs: null, answer: 'not sent: connect: Network is unreachable' },
    ],
    ['nothing, as when it was killed', '', { rttMs: null, answer: null }],
    ['one word', 'what\n', { rttMs: null, answer: null }],
  ])('of %s', (_, output, answer) => expect(readSystemPing('10.0.0.7', output, 'linux')).toEqual(answer))

  test('a reply over IPv6', () => {
    const output = `PING ::1(::1) 56 data bytes\n64 bytes from ::1: icmp_seq=1 ttl=64 time=0.421 ms\n`
    expect(readSystemPing('::1', output, 'linux')).toEqual({ rttMs: 0.421, answer: null })
  })

  test('no output makes it throw', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (output) => void readSystemPing('10.0.0.7', output, 'linux')))
  })
})

describe('answers', () => {
  test.each([
    [4, 3, 1, 'host unreachable, says 10.0.0.1'],
    [4, 3, 13, 'filtered, says 10.0.0.1'],
    [4, 11, 0, 'time to live exceeded, says 10.0.0.1'],
    [4, 3, 99, 'ICMP error type 3 code 99, says 10.0.0.1'],
    [6, 1, 3, 'address unreachable, says 10.0.0.1'],
    [6, 3, 0, 'hop limit exceeded, says 10.0.0.1'],
  ] as const)('IPv%d type %d code %d', (family, type, code, text) => {
    expect(errorAnswer(family, type, code, '10.0.0.1')).toBe(text)
  })

  test('a send error is explained where its name is known', () => {
    expect(notSentAnswer('EPERM')).toBe('not sent: the firewall of this machine refuses it (EPERM)')
    expect(notSentAnswer('EWHATEVER')).toBe('not sent: EWHATEVER')
  })
})
