import { expect, test } from 'vitest'
import { readImapUrl } from '@/lib/domain/imap-url'

const box = { host: 'mail.example.net', username: 'noc', password: 'p@ss', folder: 'INBOX', address: null }
test.each([
  ['imaps://noc:p%40ss@mail.example.net', { ...box, port: 993, implicitTls: true, tls: 'verified' }],
  ['imap://noc:p%40ss@mail.example.net', { ...box, port: 143, implicitTls: false, tls: 'verified' }],
  ['imap://noc:p%40ss@mail.example.net:1143?tls=none', { ...box, port: 1143, implicitTls: false, tls: 'none' }],
  [
    'imaps://noc:p%40ss@[2001:db8::1]/Checks',
    { ...box, host: '2001:db8::1', port: 993, implicitTls: true, tls: 'verified', folder: 'Checks' },
  ],
  [
    'imaps://noc%40example.net:x@mail.example.net?tls=unverified',
    {
      ...box,
      username: 'noc@example.net',
      password: 'x',
      port: 993,
      implicitTls: true,
      tls: 'unverified',
      address: 'noc@example.net',
    },
  ],
  [
    'imaps://noc:x@mail.example.net?to=beatline@example.net',
    { ...box, password: 'x', port: 993, implicitTls: true, tls: 'verified', address: 'beatline@example.net' },
  ],
])('%s', (text, expected) => expect(readImapUrl(text)).toEqual(expected))

test.each([
  '',
  'mail.example.net',
  'https://noc:x@mail.example.net',
  'imaps://mail.example.net',
  'imaps://noc@mail.example.net',
  'imaps://noc:x@mail.example.net?tls=none',
  'imaps://noc:x@mail.example.net?tls=maybe',
  'imaps://noc:%zz@mail.example.net',
  'imaps://noc:x@mail.example.net?to=nobody',
  'imap:noc',
])('%j is refused, in words that say what was expected', (text) =>
  expect(readImapUrl(text)).toEqual({ fault: expect.stringMatching(/^expected imaps:\/\//) }),
)
