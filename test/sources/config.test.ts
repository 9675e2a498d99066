import { describe, expect, test } from 'vitest'
import { sourceKinds } from '@/lib/sources/open-source'
import { selfSigned } from './stand-in-server'

const { uisp, sonar, csv } = sourceKinds
const faultsOf = (read: ReturnType<typeof uisp.schema.safeParse>) =>
  read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('settings of a UISP', () => {
  test.each([
    ['uisp.example.net', 'https://uisp.example.net'],
    ['https://uisp.example.net/', 'https://uisp.example.net'],
    ['https://uisp.example.net:8443/nms/api/v2.1', 'https://uisp.example.net:8443'],
    ['https://uisp.example.net/nms/devices?x=1#y', 'https://uisp.example.net'],
    ['https://example.net/uisp/nms', 'https://example.net/uisp'],
    ['http://10.0.0.5', 'http://10.0.0.5'],
    ['https://[2001:db8::1]/', 'https://[2001:db8::1]'],
  ])('address %s', (url, base) => {
    expect(uisp.schema.parse({ url, token: 'x' }).url).toBe(base)
    expect(uisp.detail({ url: base })).toBe(new URL(base).host)
  })

  test.each([
    ['ftp://uisp.example.net', 'url: found ftp:, expected https: (or http: inside your own network)'],
    [
      'https://user:secret@uisp.example.net',
      'url: found a user or a password in the address: they have fields of their own',
    ],
    ['https://', 'url: expected an address such as https://uisp.example.net'],
    ['', 'url: expected an address such as https://uisp.example.net'],
  ])('no address: %j', (url, fault) => expect(faultsOf(uisp.schema.safeParse({ url, token: 'x' }))).toEqual([fault]))

  test('need a token, or a user and a password', () => {
    const url = 'https://uisp.example.net'
    expect(faultsOf(uisp.schema.safeParse({ url }))).toEqual(['token: expected a token, or a user name and a password'])
    expect(faultsOf(uisp.schema.safeParse({ url, username: 'x' }))).toHaveLength(1)
    expect(faultsOf(uisp.schema.safeParse({ url, username: 'x', password: ' y' }))).toEqual([])
    expect(faultsOf(uisp.schema.safeParse({ url, token: 'a\nb' }))).toEqual([
      'token: expected a token: letters, digits and signs, no spaces',
    ])
  })

  test('a certificate is pinned by its SHA-256, in any spelling; an authority is PEM', () => {
    const { fingerprint, cert, key } = selfSigned()
    const read = (more: object) => uisp.schema.safeParse({ url: 'https://uisp.example.net', token: 'x', ...more })
    for (const spelling of [
      fingerprint,
      fingerprint.toLowerCase(),
      fingerprint.replaceAll(':', ''),
      `sha256 ${fingerprint}`,
    ]) {
      expect(read({ fingerprint: spelling }).data?.fingerprint).toBe(fingerprint)
    }
    expect(faultsOf(read({ fingerprint: 'AA:BB' }))).toEqual([
      'fingerprint: expected the SHA-256 of the certificate: 64 hex digits',
    ])
    expect(read({ ca: cert }).success).toBe(true)
    expect(faultsOf(read({ ca: key }))).toEqual(['ca: expected certificates as PEM: -----BEGIN CERTIFICATE-----'])
    const http = uisp.schema.safeParse({ url: 'http://10.0.0.5', token: 'x', fingerprint })
    expect(faultsOf(http)).toEqual(['fingerprint: a certificate is pinned, but the address is http:, which shows none'])
  })

  test('what is secret is named', () => {
    expect([uisp.secrets, sonar.secrets, csv.secrets]).toEqual([['token', 'password', 'crm_key'], ['token'], []])
  })
})

test('settings are read again as they were kept', () => {
  const { fingerprint, cert } = selfSigned()
  const settings = {
    url: 'Example.net:8443/uisp/nms/',
    username: 'a',
    password: ' b ',
    fingerprint,
    ca: cert,
    calling_code: '1',
  }
  const once = uisp.schema.parse(settings)
  expect(once).toMatchObject({ url: 'https://example.net:8443/uisp', password: ' b ' })
  expect(uisp.schema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once)
  const other = sonar.schema.parse({ url: 'x.sonar.software/graphiql', token: ' t ' })
  expect(sonar.schema.parse(other)).toEqual({ url: 'https://x.sonar.software', token: 't' })
})

test('a calling code is digits', () => {
  const read = (calling_code: string) => csv.schema.safeParse({ text: 'name\nx', calling_code }).success
  expect([read('1'), read('49'), read('+1'), read('01'), read('')]).toEqual([true, true, false, false, false])
  expect(csv.detail({ text: 'name\r\nx\n\ny\n' })).toBe('2 lines')
})
