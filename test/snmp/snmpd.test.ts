import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSnmp } from '@/lib/snmp/session'
import { vendors } from '@/lib/snmp/vendors'
import { askSystem, walkDevice } from '@/lib/snmp/walk-device'
import { authProtocols, privProtocols, SnmpCredentials } from '@/lib/wire/snmp'
import { profileFor } from './replay'
import { type Snmpd, snmpdHint, snmpdPath, startSnmpd } from './snmpd'

const authNames = { md5: 'MD5', sha: 'SHA', sha224: 'SHA-224', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' }
const privNames = { des: 'DES', aes128: 'AES', aes256: 'AES-256', 'aes256-reeder': 'AES-256-C' }
const [authPassword, privPassword] = ['authentic-8', 'private-88']
const signal = new AbortController().signal
const hint = snmpdPath === null ? ` (skipped: ${snmpdHint})` : ''

const pairs = authProtocols.flatMap((auth) => privProtocols.map((priv) => [auth, priv] as const))
const users = [
  'createUser nobody',
  'rouser nobody noauth',
  ...authProtocols.flatMap((auth) => [`createUser ${auth} ${authNames[auth]} ${authPassword}`, `rouser ${auth} auth`]),
  ...pairs.flatMap(([auth, priv]) => [
    `createUser ${auth}-${priv} ${authNames[auth]} ${authPassword} ${privNames[priv]} ${privPassword}`,
    `rouser ${auth}-${priv} priv`,
  ]),
]

const credentials = (user: string, more: object) => SnmpCredentials.parse({ version: '3', user, ...more })
const open = (more: object) => ({ auth_password: authPassword, ...more })

describe.skipIf(snmpdPath === null)(`SNMP with snmpd of Net-SNMP${hint}`, () => {
  let snmpd: Snmpd
  beforeAll(async () => {
    snmpd = await startSnmpd(['sysName made-for-a-test', ...users])
  })
  afterAll(() => snmpd?.end())

  const ask = (given: SnmpCredentials, more = {}) =>
    askSystem(profileFor(snmpd.port, { credentials: given, ...more }), '127.0.0.1', { signal })
  const itsName = { system: { name: 'made-for-a-test' } }

  test.each(['1', '2c'] as const)('v%s', async (version) => {
    expect(await ask({ version, community: 'public' })).toMatchObject(itsName)
  })

  test('v3 without a password', async () => {
    expect(await ask(credentials('nobody', { level: 'noAuthNoPriv' }))).toMatchObject(itsName)
  })

  test.each(authProtocols)('v3 with authentication by %s', async (auth_protocol) => {
    expect(await ask(credentials(auth_protocol, open({ level: 'authNoPriv', auth_protocol })))).toMatchObject(itsName)
  })

  test.each(pairs)('v3 with authentication by %s and privacy by %s', async (auth_protocol, priv_protocol) => {
    const more = open({ level: 'authPriv', auth_protocol, priv_protocol, priv_password: privPassword })
    expect(await ask(credentials(`${auth_protocol}-${priv_protocol}`, more))).toMatchObject(itsName)
  })

  test.each([
    ['an unknown user', 'stranger', open({ level: 'authNoPriv', auth_protocol: 'sha' }), 'Unknown User Name'],
    [
      'a wrong password',
      'sha',
      { level: 'authNoPriv', auth_protocol: 'sha', auth_password: 'wrong-wrong' },
      'Wrong Digest',
    ],
    ['a wrong protocol', 'sha', open({ level: 'authNoPriv', auth_protocol: 'sha256' }), 'Wrong Digest'],
    ['too low a level', 'sha-aes128', open({ level: 'authNoPriv', auth_protocol: 'sha' }), 'error status 16'],
    [
      'a wrong password of privacy',
      'sha-aes128',
      open({ level: 'authPriv', auth_protocol: 'sha', priv_protocol: 'aes128', priv_password: 'wrong-wrong' }),
      '',
    ],
  ])('v3 with %s is a failure that holds no secret', async (_what, user, more, words) => {
    const found = await ask(credentials(user, more), { timeout_ms: 300, retries: 0 })
    const said = JSON.stringify(found)
    expect(found).toEqual({ failure: expect.stringContaining(words) })
    expect(said).not.toContain(authPassword)
    expect(said).not.toContain('wrong-wrong')
  })

  test('v3 and v2c bring the same rows, instance by instance', async () => {
    const plain = await walkDevice(profileFor(snmpd.port), '127.0.0.1', vendors, { signal })
    const given = open({
      level: 'authPriv',
      auth_protocol: 'sha512',
      priv_protocol: 'aes256',
      priv_password: privPassword,
    })
    const profile = profileFor(snmpd.port, { credentials: credentials('sha512-aes256', given) })
    const sealed = await walkDevice(profile, '127.0.0.1', vendors, { signal })
    if ('failure' in plain || 'failure' in sealed) throw new Error(JSON.stringify([plain, sealed]))
    expect(sealed.faults).toEqual([])
    expect(sealed.facts).toEqual({
      ...plain.facts,
      system: { ...plain.facts.system, uptimeSeconds: expect.any(Number) },
    })
    expect(sealed.oids).toBe(plain.oids)
  })

  test('a session of v3 can be closed in the middle of a question, and twice', async () => {
    const session = openSnmp({
      address: '203.0.113.9',
      port: 161,
      credentials: credentials('nobody', { level: 'noAuthNoPriv' }),
      timeoutMs: 20_000,
      retries: 0,
    })
    const asked = session.ask({ kind: 'get', oids: ['1.3.6.1.2.1.1.5.0'], repetitions: 1 }, signal)
    session.close()
    session.close()
    expect(await asked).toEqual({ kind: 'stopped' })
    expect(await session.ask({ kind: 'get', oids: ['1.3'], repetitions: 1 }, signal)).toEqual({ kind: 'stopped' })
  })
})
