import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseEnv, SettingsError } from '@/lib/env'

describe('settings', () => {
  test('need nothing: every one has a default', () => {
    const env = parseEnv({})
    expect(env).toMatchObject({ port: 3000, host: '127.0.0.1', siteUrl: 'http://localhost:3000', pingInterval: 10 })
    expect(env).toMatchObject({ isolateMisses: 3, isolateSeconds: 15, confirmInterval: 1, reviveHits: 2 })
    expect(env).toMatchObject({ heartbeatCheckInterval: 5, beatsKeptMonths: 3 })
    expect(env.probeHub).toBe('ws://127.0.0.1:3000')
  })

  test('listen to the network by default only behind TLS', () => {
    const tls = { TLS_CERT: '/c', TLS_KEY: '/k', SITE_URL: 'https://monitor.example.net/' }
    expect(parseEnv(tls)).toMatchObject({ host: '0.0.0.0', siteUrl: 'https://monitor.example.net' })
    expect(parseEnv({}).host).toBe('127.0.0.1')
  })

  test('the probe beside the web finds it where it listens, whatever name the certificate is for', () => {
    const tls = { TLS_CERT: '/c', TLS_KEY: '/k', SITE_URL: 'https://monitor.example.net/' }
    expect(parseEnv(tls)).toMatchObject({ probeHub: 'wss://127.0.0.1:3000', probeHubIsOwn: true })
    expect(parseEnv({ HOST: '::', PORT: '8080' }).probeHub).toBe('ws://127.0.0.1:8080')
    expect(parseEnv({ HOST: '2001:db8::1' }).probeHub).toBe('ws://[2001:db8::1]:3000')
    const far = parseEnv({ ...tls, PROBE_HUB: 'wss://monitor.example.net' })
    expect(far).toMatchObject({ probeHub: 'wss://monitor.example.net', probeHubIsOwn: false })
  })

  test('an empty one counts as absent', () => expect(parseEnv({ PORT: '', SITE_URL: ' ' }).port).toBe(3000))

  const wrong: [string, string, RegExp][] = [
    ['PORT', 'abc', /^PORT is "abc": expected a whole number from 1 to 65535$/],
    ['PORT', '0', /^PORT is "0": expected/],
    ['PING_INTERVAL', '-1', /^PING_INTERVAL is "-1": expected seconds, a number from 1 to 3600$/],
    [
      'HEARTBEAT_CHECK_INTERVAL',
      '0.5',
      /^HEARTBEAT_CHECK_INTERVAL is "0.5": expected seconds, a number from 1 to 300$/,
    ],
    ['BEATS_KEPT_MONTHS', '0', /^BEATS_KEPT_MONTHS is "0": expected a whole number from 1 to 120$/],
    ['SITE_URL', 'monitor.example.net', /^SITE_URL is "monitor.example.net": expected an address/],
    ['DATABASE_URL', 'mysql://a/b', /^DATABASE_URL is set: expected postgres:/],
    ['TRUST_PROXY', 'maybe', /^TRUST_PROXY is "maybe": expected yes or no$/],
    ['SECRET_KEY', 'short', /^SECRET_KEY is set: expected at least 32 characters$/],
    ['CONFIRM_INTERVAL', '0.1', /^CONFIRM_INTERVAL is "0.1": expected seconds, a number from 0.2 to 60$/],
    ['ISOLATE_MISSES', '20', /^ISOLATE_MISSES and ISOLATE_SECONDS would never isolate anything: 20 misses cannot fall/],
    ['TLS_CERT', '/c', /^TLS_KEY is not set though TLS_CERT is/],
    ['METRICS_TOKEN_FILE', '/nowhere/token', /^METRICS_TOKEN_FILE is "\/nowhere\/token", which cannot be read/],
  ]
  test.each(wrong)('a wrong %s (%s) is named, with what was expected', (name, value, says) => {
    expect(() => parseEnv({ [name]: value })).toThrow(SettingsError)
    expect(() => parseEnv({ [name]: value })).toThrow(says)
  })

  test('all wrong ones are named at once', () =>
    expect(() => parseEnv({ PORT: 'x', TRUST_PROXY: 'x' })).toThrow(/PORT[^\n]*\nTRUST_PROXY/))

  test('a secret is never repeated in a complaint', () => {
    for (const name of ['SECRET_KEY', 'ADMIN_PASSWORD', 'PROBE_TOKEN']) {
      expect(() => parseEnv({ [name]: 'hunter2' })).toThrow(/^(?!.*hunter2)/)
    }
  })

  test('NAME_FILE stands in for NAME, without its line end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'beatline-env-'))
    writeFileSync(join(folder, 'token'), 'a token of some length\n')
    expect(parseEnv({ PROBE_TOKEN_FILE: join(folder, 'token') }).probeToken).toBe('a token of some length')
    expect(() => parseEnv({ PROBE_TOKEN: 'x'.repeat(20), PROBE_TOKEN_FILE: join(folder, 'token') })).toThrow(/both set/)
    rmSync(folder, { recursive: true })
  })
})
