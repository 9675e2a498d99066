import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256Hex } from '@/lib/secrets'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let dist = ''
const dataDir = mkdtempSync(join(tmpdir(), 'beatline-cli-'))

beforeAll(async () => {
  database = await testDatabase()
  mkdirSync('node_modules/.cache', { recursive: true })
  dist = realpathSync(mkdtempSync('node_modules/.cache/cli-')) // under node_modules, so that packages are found
  await build({
    entryPoints: ['workers/cli.ts'],
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', outdir: dist },
    outExtension: { '.js': '.mjs' },
  })
})
afterAll(async () => {
  await database.stop()
  for (const folder of [dist, dataDir]) rmSync(folder, { recursive: true, force: true })
})

type Result = { code: number; said: string }
const cli = (line: string, env: Record<string, string> = {}) =>
  new Promise<Result>((done) => {
    const settings = { DATABASE_URL: database.url, DATA_DIR: dataDir, SECRET_KEY: 'k'.repeat(32), ...env }
    const args = [join(dist, 'cli.mjs'), ...line.split(' ').filter(Boolean)]
    execFile(process.execPath, args, { env: { ...process.env, ...settings } }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr }),
    )
  })

describe('the command line', () => {
  test('lists its verbs, and each verb explains itself', async () => {
    const { code, said } = await cli('--help')
    expect(code).toBe(0)
    const verbs = [...said.matchAll(/^ {2}((?:user|key|probe) \w+|doctor)/gm)].map((match) => match[1] ?? '')
    expect(verbs).toEqual(['user add', 'user passwd', 'key create', 'probe create', 'doctor'])
    for (const verb of verbs) expect((await cli(`${verb} --help`)).said).toContain(`npm run cli -- ${verb}`)
  })

  test('user add makes an operator whose password is shown once and kept hashed', async () => {
    const { code, said } = await cli('user add --email Ops@isp.example')
    expect(code).toBe(0)
    const password = /shown this once\): (\S+)/.exec(said)?.[1] ?? ''
    const [user] = await database.sql`select role, password_hash from users where email = 'ops@isp.example'`
    expect(user?.role).toBe('operator')
    expect(password).not.toBe('')
    expect(user?.password_hash).not.toContain(password)
    expect(await cli('user add --email ops@isp.example')).toMatchObject({ code: 2 })
  })

  test('user passwd takes a password of your own from the environment, and never shows it', async () => {
    const [before] = await database.sql`select password_hash from users where email = 'ops@isp.example'`
    const env = { BEATLINE_PASSWORD: 'a password of my own' }
    const { code, said } = await cli('user passwd --email ops@isp.example', env)
    expect({ code, shown: said.includes(env.BEATLINE_PASSWORD) }).toEqual({ code: 0, shown: false })
    const [after] = await database.sql`select password_hash from users where email = 'ops@isp.example'`
    expect(after?.password_hash).not.toBe(before?.password_hash)
    expect(await cli('user passwd --email nobody@isp.example')).toMatchObject({ code: 2 })
  })

  test('key create prints a key of which only the hash is kept', async () => {
    const { said } = await cli('key create --name backups --role viewer')
    const key = /bl_[\w-]+/.exec(said)?.[0] ?? ''
    expect(await database.sql`select role from api_keys where hash = ${sha256Hex(key)}`).toMatchObject([
      { role: 'viewer' },
    ])
  })

  test('probe create prints a token and knows its sites', async () => {
    await database.sql`insert into sites (name) values ('North')`
    const { said } = await cli('probe create --name far --site North --anchor 192.0.2.1')
    const token = /shown this once\): (\S+)/.exec(said)?.[1] ?? ''
    const [probe] = await database.sql`select site_ids, anchors from probes where token_hash = ${sha256Hex(token)}`
    expect(probe).toMatchObject({ site_ids: [expect.any(Number)], anchors: ['192.0.2.1'] })
    expect((await cli('probe create --name other --site South')).said).toContain(
      'no site is named South: there are North',
    )
    expect((await cli('probe create --name far')).code).toBe(2)
  })

  const wrong: [string, string][] = [
    ['user add', '--email is missing'],
    ['user add --email x', '--email is "x": expected an e-mail address'],
    ['key create --name k --role boss', '--role is "boss": expected admin, operator, viewer'],
    ['key create --colour red', "Unknown option '--colour'"],
    ['user passwd ops@isp.example', "Unexpected argument 'ops@isp.example'"],
    ['probe create --name q --anchor gateway', '--anchor: found "gateway", expected an IPv4 or IPv6 address'],
    ['probe create --name q --anchor fe80::1%eth0', 'an address with a zone cannot be watched'],
    [`probe create --name q${' --anchor 10.0.0.1'.repeat(17)}`, '--anchor is given 17 times: expected 16 at most'],
    [`key create --role viewer --name ${'x'.repeat(121)}`, '--name is 121 characters long: expected at most 120'],
    ['key create --role viewer --name a\u0007b', '--name holds a control character'],
    ['dance', 'no verb "dance"'],
  ]
  test.each(wrong)('"%s" is refused: %s', async (line, why) => {
    const { code, said } = await cli(line)
    expect(code).toBe(2)
    expect(said).toContain(why)
  })

  test('takes its settings from files as well', async () => {
    const file = join(dataDir, 'url')
    writeFileSync(file, database.url)
    const { code } = await cli('key create --name f --role viewer', { DATABASE_URL: '', DATABASE_URL_FILE: file })
    expect(code).toBe(0)
  })

  test('without its database doctor says so, and checks what it can; other verbs say which setting is wrong', async () => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }
    const { code, said } = await cli('doctor', env)
    expect(code).toBe(1)
    expect(said).toMatch(/^BROKEN {2}database +cannot be opened: .*ECONNREFUSED.*\n +mend: see that it runs/m)
    for (const part of ['ping', 'disk', 'push']) expect(said).toMatch(new RegExp(`^(ok|weak|BROKEN) +${part}`, 'm'))
    expect((await cli('key create --name k --role viewer', env)).said).toContain('DATABASE_URL names a database that')
  })

  test('doctor on a machine with a probe alone makes no database, and looks at the way to the web', async () => {
    const alone = mkdtempSync(join(tmpdir(), 'beatline-far-'))
    const { code, said } = await cli('doctor', { DATABASE_URL: '', DATA_DIR: alone, PROBE_HUB: 'ws://127.0.0.1:1' })
    expect(code).toBe(1)
    expect(said).toMatch(/^BROKEN {2}web +ws:\/\/127\.0\.0\.1:1 cannot be reached: /m)
    expect(said).toMatch(/^BROKEN {2}web +PROBE_TOKEN is not set/m)
    expect(said).toMatch(/^(ok|weak|BROKEN) +ping/m)
    expect(readdirSync(alone)).toEqual([])
    rmSync(alone, { recursive: true })
  })

  test('doctor passes a sound house, and says how to mend a broken one', async () => {
    const sound = await cli('doctor', { SITE_URL: 'https://monitor.isp.net', VAPID_SUBJECT: 'mailto:ops@isp.net' })
    for (const part of ['keys', 'disk', 'clock', 'push']) expect(sound.said).toMatch(new RegExp(`^ok +${part}`, 'm'))
    const env = { SITE_URL: 'http://monitor.isp.net', SECRET_KEY: 'another key than before'.repeat(2) }
    const { code, said } = await cli('doctor', env)
    expect(code).toBe(1)
    expect(said).toMatch(/BROKEN {2}keys +Cannot open the VAPID keys: SECRET_KEY is not the one/)
    expect(said).toMatch(/BROKEN {2}push +http:\/\/monitor\.isp\.net is not https[^\n]*\n +mend: put TLS in front/)
  })
})
