import { execFileSync, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, until } from '../setup/product'
import { type Supervisor, startSupervisor } from '../setup/supervisor'

const webStub = `
import http from 'node:http'; import https from 'node:https'; import { readFileSync as read } from 'node:fs'
const answer = (q, r) => r.end('web')
const { PORT, TLS_CERT, TLS_KEY, WEB_WAITS_MS = 0 } = process.env
const server = TLS_CERT ? https.createServer({ cert: read(TLS_CERT), key: read(TLS_KEY) }, answer) : http.createServer(answer)
setTimeout(() => server.listen(PORT, '127.0.0.1'), WEB_WAITS_MS)
`
// The supervisor and its leash are real; the roles are stubs that say when they start and stop.
const stub = (name: string) => `
${name === 'web' ? webStub : 'setInterval(() => {}, 1000)'}
const named = ['SECRET_KEY', 'PROBE_TOKEN', 'DATABASE_URL'].flatMap((name) => [name, name + '_FILE'])
console.log('${name} runs, given', named.filter((name) => process.env[name]).join(' '))
process.on('SIGTERM', () => { console.log('${name} stops'); process.exit(0) })
`
let dist = ''
let dataDir = ''
let port = 0
const products: Supervisor[] = []

beforeAll(async () => {
  mkdirSync('node_modules/.cache', { recursive: true })
  dist = realpathSync(mkdtempSync('node_modules/.cache/start-')) // under node_modules, so that packages are found
  await build({
    entryPoints: ['workers/start.ts', 'workers/leash.ts'],
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', outdir: dist },
    outExtension: { '.js': '.mjs' },
  })
  for (const role of ['web', 'keeper', 'probe']) writeFileSync(join(dist, `${role}.mjs`), stub(role))
})
afterAll(() => rmSync(dist, { recursive: true, force: true }))

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'beatline-start-'))
  port = await freePort()
})
afterEach(async () => {
  for (const product of products.splice(0)) await product.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

function start(env: Record<string, string> = {}, folder = dataDir): Supervisor {
  const product = startSupervisor({ dataDir: folder, port, dist, env: { LOG_FORMAT: 'json', ...env } })
  products.push(product)
  return product
}
const ready = /Beatline is ready at (\S+)/
const running = (product: Supervisor, name: Parameters<Supervisor['pidOf']>[0]) =>
  until(`${name} to run`, async () => product.pidOf(name), 15_000)

describe('npm start', () => {
  test('tells address, e-mail and password the first time only, and keeps its keys to itself', async () => {
    const first = start({ ADMIN_EMAIL: 'ops@isp.example' })
    expect((await first.says(ready))[1]).toBe(`http://localhost:${port}`)
    expect(first.output()).toMatch(/E-mail: {4}ops@isp\.example\n {2}Password: {2}(\w{5}-){3}\w{5}\n/)
    for (const name of readdirSync(join(dataDir, 'secrets'))) {
      expect(statSync(join(dataDir, 'secrets', name)).mode & 0o777).toBe(0o600)
      expect(first.output()).not.toContain(readFileSync(join(dataDir, 'secrets', name), 'utf8').trim())
    }
    expect(await first.stop()).toBe(0)

    const second = start({ ADMIN_EMAIL: 'ops@isp.example' })
    await second.says(ready)
    expect(second.output()).not.toContain('Password')
  })

  test('hands settings that were given as files, or left empty, to its roles as they are to be used', async () => {
    const secret = join(dataDir, 'key')
    writeFileSync(secret, 'k'.repeat(40))
    const product = start({ SECRET_KEY_FILE: secret, PROBE_TOKEN: '' })
    await product.says(/probe runs, given SECRET_KEY PROBE_TOKEN DATABASE_URL\n/)
  })

  test('goes on where a process with the pid of the one before is another program', async () => {
    // In a container the same numbers come round at once, and it may be the shell of npm start that has it now.
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'bootstrap.mjs'])
    writeFileSync(join(dataDir, 'beatline.pid'), String(other.pid))
    await start().says(ready)
    other.kill()
  })

  test('is ready over TLS when the web answers, whatever its certificate is for', async () => {
    const tls = certificate()
    const product = start({ ...tls, WEB_WAITS_MS: '1000' })
    const before = Date.now()
    expect((await product.says(ready))[1]).toBe(`https://localhost:${port}`)
    expect(Date.now() - before).toBeGreaterThan(1000)
  })

  test('stops in the reverse order of its start, PostgreSQL last', async () => {
    const product = start()
    await product.says(ready)
    for (const name of ['web', 'keeper', 'probe']) await product.says(new RegExp(`${name} runs`))
    const database = product.pidOf('postgres')
    expect(await product.stop()).toBe(0)
    expect(product.output().match(/(web|keeper|probe) stops/g)).toEqual(['probe stops', 'keeper stops', 'web stops'])
    expect(database).not.toBeNull()
    expect(product.pidOf('postgres')).toBeNull()
  })

  test('starts again what dies, PostgreSQL included', async () => {
    const product = start()
    await product.says(ready)
    for (const name of ['web', 'keeper', 'probe', 'postgres'] as const) {
      const before = await running(product, name)
      process.kill(before, 'SIGKILL')
      const runsAgain = async () => ![null, before].includes(product.pidOf(name))
      await until(`${name} to run again`, runsAgain, 15_000)
    }
  })

  test('roles end with a supervisor that was killed, and PostgreSQL is adopted by the next', async () => {
    const first = start()
    await first.says(ready)
    const [web, database] = [await running(first, 'web'), await running(first, 'postgres')]
    first.child.kill('SIGKILL')
    await until('the roles to end', async () => first.pidOf('web') !== web && first.pidOf('probe') === null, 15_000)
    const second = start()
    await second.says(ready)
    expect(second.pidOf('postgres')).toBe(database)
  })
})

describe('npm start refuses in one clear sentence', () => {
  const refusal = async (product: Supervisor) => {
    expect(await product.exited).toBe(1)
    return product.output().trim()
  }

  test('a wrong setting', async () => {
    const said = await refusal(start({ PING_INTERVAL: 'often' }))
    expect(said).toBe('beatline cannot start: PING_INTERVAL is "often": expected seconds, a number from 1 to 3600')
  })

  test('a wrong log level, of which its own log is made', async () => {
    const said = await refusal(start({ LOG_LEVEL: 'verbose' }))
    expect(said).toBe('beatline cannot start: LOG_LEVEL is "verbose": expected debug, info, warn or error')
  })

  test('a certificate that is not there, or another key', async () => {
    const [one, other] = [certificate('one'), certificate('other')]
    expect(await refusal(start({ ...one, TLS_CERT: '/nowhere.pem' }))).toMatch(
      /^beatline cannot start: TLS_CERT is \/nowhere.pem, which cannot be read: ENOENT/,
    )
    expect(await refusal(start({ ...one, TLS_KEY: other.TLS_KEY }))).toMatch(
      /expected a certificate and its own key, both PEM, the key without a passphrase \(.*mismatch/,
    )
  })

  test('a port in use', async () => {
    const other = createServer().listen(port, '127.0.0.1')
    const said = await refusal(start())
    other.close()
    expect(said).toContain(`PORT is ${port}, which another program uses on 127.0.0.1: stop that program, or set PORT`)
  })

  test('a data folder that another supervisor uses', async () => {
    await start().says(ready)
    const said = await refusal(start())
    expect(said).toMatch(/Beatline already runs on \S+ \(process \d+\): stop it, or set another DATA_DIR$/)
  })

  test('a data folder that cannot be written', async () => {
    writeFileSync(join(dataDir, 'file'), '')
    const said = await refusal(start({}, join(dataDir, 'file/data')))
    expect(said).toMatch(/DATA_DIR is \S+, which cannot be written \(ENOTDIR\): give the folder to user/)
  })

  test('a database that cannot be reached', async () => {
    const said = await refusal(start({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nothing` }))
    expect(said).toMatch(/DATABASE_URL names a database that cannot be used: .*ECONNREFUSED/)
  })

  const disk = mkdtempSync(join(tmpdir(), 'beatline-full-'))
  const mounted = mountSmallDisk(disk)
  if (!mounted) console.log('skipped: a full data folder (run the tests as root where file systems can be mounted)')
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk])
    rmSync(disk, { recursive: true, force: true })
  })
  test.skipIf(!mounted)('a full data folder', async () => {
    const said = await refusal(start({}, join(disk, 'data')))
    expect(said).toMatch(/DATA_DIR is \S+, which has \d+ MB free: expected at least \d+ MB; free some space/)
  })
})

/** A certificate for a name that is not this machine's, in the data folder. */
function certificate(name = 'web') {
  const tls = { TLS_CERT: join(dataDir, `${name}.crt`), TLS_KEY: join(dataDir, `${name}.key`) }
  const subject = ['-subj', '/CN=monitor.isp.test', '-days', '2']
  const files = ['-keyout', tls.TLS_KEY, '-out', tls.TLS_CERT]
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', [...made, ...subject, ...files], { stdio: 'ignore' })
  return tls
}

function mountSmallDisk(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
