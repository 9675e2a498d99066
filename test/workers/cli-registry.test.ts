import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createJob } from '@/lib/store/job-writes'
import { listJobs } from '@/lib/store/jobs'
import { healthchecks } from '../api/job-lists'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let dist = ''
const folder = mkdtempSync(join(tmpdir(), 'beatline-cli-registry-'))

beforeAll(async () => {
  database = await testDatabase()
  mkdirSync('node_modules/.cache', { recursive: true })
  dist = realpathSync(mkdtempSync('node_modules/.cache/cli-registry-')) // under node_modules, so that packages are found
  await build({
    entryPoints: ['workers/cli.ts'],
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', outdir: dist },
    outExtension: { '.js': '.mjs' },
  })
})
afterAll(async () => {
  await database.stop()
  for (const one of [dist, folder]) rmSync(one, { recursive: true, force: true })
})

const cli = (args: string[], input = '') =>
  new Promise<{ code: number; out: string; said: string }>((done) => {
    const settings = { DATABASE_URL: database.url, DATA_DIR: folder, SECRET_KEY: 'k'.repeat(32) }
    const env = { ...process.env, ...settings }
    const child = execFile(process.execPath, [join(dist, 'cli.mjs'), ...args], { env }, (error, out, said) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, said: out + said }),
    )
    child.stdin?.end(input)
  })
const names = async () => (await listJobs()).items.map(({ name }) => name)

test('a registry is exported to files only its owner reads, wiped, and brought back byte for byte', async () => {
  for (const name of ['Größe', '=1+1', '日本 "x", y']) await createJob({ name, tags: ['a;b'] })
  const [csv, json] = [join(folder, 'all.csv'), join(folder, 'all.json')]
  expect(await cli(['export', '--out', csv])).toMatchObject({ code: 0, out: `Written to ${csv}\n` })
  expect((await cli(['export', '--out', json])).code).toBe(0)
  expect(statSync(csv).mode & 0o777).toBe(0o600)
  const [csvText, jsonText] = [readFileSync(csv, 'utf8'), readFileSync(json, 'utf8')]
  expect(JSON.parse(jsonText)).toHaveLength(3)

  await database.sql`delete from targets`
  const back = await cli(['import', '--in', csv])
  expect(back).toMatchObject({ code: 0, out: '3 new, 0 changed, 0 as they were, 0 not taken\n' })
  expect((await cli(['export', '--format', 'csv'])).out).toBe(csvText)
  expect((await cli(['export'])).out).toBe(jsonText)
  expect((await cli(['import'], jsonText)).out).toBe('0 new, 0 changed, 3 as they were, 0 not taken\n')
})

test('another list is known by its shape; a dry run writes nothing, atomic writes all or nothing', async () => {
  await database.sql`delete from targets`
  const file = join(folder, 'checks.json')
  writeFileSync(file, JSON.stringify(healthchecks))
  const dry = await cli(['import', '--in', file, '--dry-run'])
  expect(dry.code).toBe(1)
  expect(dry.said).toContain('not taken line 6 "Broken": schedule:')
  expect(dry.said).toContain('Nothing was written. It would be: 5 new')
  expect((await cli(['import', '--in', file, '--atomic'])).said).toContain('Nothing was written')
  expect(await names()).toEqual([])
  expect((await cli(['import', '--in', file])).said).toContain('5 new, 0 changed')
  expect(await names()).toHaveLength(5)
  for (const { uuid } of (await listJobs()).items) expect(dry.said).not.toContain(uuid)
})

test.each([
  [['export', '--format', 'xml'], '', 2, '--format is "xml"'],
  [['import', '--in', '/nowhere/x.csv'], '', 1, 'no such file'],
  [['import'], '{"a":1}', 1, 'found an object with a'],
  [['import'], '{', 1, 'not JSON'],
  [['import'], 'x,y\n1,2\n', 1, 'expected a header with at least name'],
])('%j with %j is refused in words', async (args, input, code, words) => {
  const answer = await cli(args, input)
  expect(answer.code).toBe(code)
  expect(answer.said).toContain(words)
})

test('devices come in from a list of another program, looked at first', async () => {
  await database.sql`delete from targets`
  const secrets = '/ppp secret\nadd comment="Example Feed Co" name=feed remote-address=10.70.0.21\nadd name=pooled\n'
  const dry = await cli(['device', 'import', '--dry-run'], secrets)
  expect(dry.code).toBe(1)
  expect(dry.out).toMatch(/^not taken line 3 "pooled": remote-address: found none/)
  expect(dry.out).toMatch(/\nNothing was written. It would be: 1 new, 0 known, 1 not taken \(mikrotik\)\n$/)
  expect((await cli(['device', 'import', '--atomic'], secrets)).out).toMatch(/\nNothing was written. 0 new/)
  expect(await database.sql`select 1 from devices`).toHaveLength(0)

  const file = join(folder, 'devices.json')
  const device = { device_id: 1, hostname: '10.9.0.1', sysName: 'Core', snmpver: 'v2c', community: 'not printed' }
  writeFileSync(file, JSON.stringify({ status: 'ok', devices: [device] }))
  const taken = await cli(['device', 'import', '--in', file, '--format', 'librenms'])
  expect(taken).toMatchObject({ code: 0, out: '1 new, 0 known, 0 not taken (librenms); SNMP profile LibreNMS v2c\n' })
  expect((await cli(['device', 'import', '--in', file])).out).toBe('0 new, 1 known, 0 not taken (librenms)\n')
  expect(await cli(['device', 'import', '--format', 'cacti'], 'x')).toMatchObject({ code: 2 })
})
