import { describe, expect, test } from 'vitest'
import { parseEnv, SettingsError } from '@/lib/env'

const mail = (set: Record<string, string>) => parseEnv({ SITE_URL: 'https://monitor.example.net', ...set }).houseMail

describe('the house’s mail server', () => {
  test('is none by default', () => expect(mail({})).toBeUndefined())

  test.each<[string, Record<string, string>, object]>([
    [
      'an address',
      { SMTP_URL: 'smtp://noc%40example.net:p%40ss@mail.example.net' },
      {
        host: 'mail.example.net',
        port: 587,
        implicitTls: false,
        username: 'noc@example.net',
        password: 'p@ss',
        tls: 'auto',
        from: 'noc@example.net',
      },
    ],
    [
      'an address with TLS from the first byte',
      { SMTP_URL: 'smtps://mail.example.net' },
      { port: 465, implicitTls: true },
    ],
    [
      'one in the house’s own network',
      { SMTP_URL: 'smtp://10.0.0.5:25?tls=none' },
      { port: 25, tls: 'none', username: null, password: null, from: 'beatline@monitor.example.net' },
    ],
    [
      'its parts',
      {
        SMTP_HOST: 'mail.example.net',
        SMTP_PORT: '2525',
        SMTP_USER: 'noc',
        SMTP_PASSWORD: 'x',
        SMTP_FROM: 'b@example.net',
      },
      { host: 'mail.example.net', port: 2525, username: 'noc', password: 'x', tls: 'auto', from: 'b@example.net' },
    ],
    ['port 465', { SMTP_HOST: 'mail.example.net', SMTP_PORT: '465' }, { implicitTls: true }],
  ])('%s', (_, set, expected) => expect(mail(set)).toMatchObject(expected))

  test.each<[string, string, RegExp]>([
    ['SMTP_URL', 'https://mail.example.net', /^SMTP_URL is set: expected smtp:/],
    ['SMTP_URL', 'smtp://user:%E0%A4%A@mail.example.net', /^SMTP_URL is set: expected smtp:/],
    [
      'SMTP_URL',
      'smtp://mail.example.net?tls=maybe',
      /^SMTP_URL is set: expected auto, verified, unverified or none for tls$/,
    ],
    ['SMTP_PORT', '70000', /^SMTP_PORT is "70000": expected a whole number from 1 to 65535$/],
    ['SMTP_HOST', 'mail example', /^SMTP_HOST is "mail example": expected the name of a server$/],
    ['SMTP_FROM', 'Beatline', /^SMTP_FROM is "Beatline": expected an address/],
    ['SMTP_TLS', 'yes', /^SMTP_TLS is "yes": expected auto, verified, unverified or none$/],
  ])('a wrong %s (%s) is named, without its secrets', (name, value, says) => {
    expect(() => mail({ [name]: value })).toThrow(SettingsError)
    expect(() => mail({ [name]: value })).toThrow(says)
  })
})
