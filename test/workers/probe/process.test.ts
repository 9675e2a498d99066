import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, until } from '../../setup/product'

let dist = ''
let dataDir = ''
let port = 0
const running: ChildProcess[] = []

beforeAll(async () => {
  mkdirSync('node_modules/.cache', { recursive: true })
  dist = realpathSync(mkdtempSync('node_modules/.cache/probe-')) // under node_modules, so that packages are found
  await build({
    entryPoints: {
      ...{ probe: 'workers/probe.ts', 'ping-thread': 'lib/ping/ping-thread.ts' },
      'walk-child': 'workers/probe/walk-child.ts',
    },
    ...{ bundle: true, packages: 'external', platform: 'node', format: 'esm', outdir: dist },
    outExtension: { '.js': '.mjs' },
  })
})
afterAll(() => rmSync(dist, { recursive: true, force: true }))
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'beatline-probe-'))
  port = await freePort() // where no web listens: it must do without
})
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL')
    await until('it to end', async () => child.exitCode !== null || child.signalCode !== null)
  }
  rmSync(dataDir, { recursive: true, force: true })
})

const token = 'blp_a token of some length'

function start(env: Record<string, string> = {}, folder = dataDir) {
  const child = spawn(process.execPath, [join(dist, 'probe.mjs')], {
    env: {
      PATH: process.env.PATH,
      ...{ NODE_ENV: 'production', DATA_DIR: folder, PROBE_TOKEN: token, PROBE_HUB: `ws://127.0.0.1:${port}` },
      ...{ LOG_FORMAT: 'json', PROBE_PATIENCE_SECONDS: '1', ...env },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const exited = new Promise<number | string | null>((done) =>
    child.once('close', (code, signal) => done(code ?? signal)),
  )
  return {
    child,
    exited,
    output: () => output,
    says: (words: string | RegExp) =>
      until(`it to say ${words}`, async () =>
        typeof words === 'string' ? output.includes(words) : words.test(output),
      ),
  }
}

describe('a probe alone', () => {
  test('says why it cannot reach its web, measures on, and ends in order', async () => {
    const probe = start()
    await probe.says('measuring')
    await probe.says('ECONNREFUSED')
    probe.child.kill('SIGTERM')
    expect(await probe.exited).toBe(0)
  })

  test('refuses to share its spool with another process, and takes it once that was killed', async () => {
    const first = start()
    await first.says('measuring')
    const second = start()
    expect(await second.exited).toBe(1)
    expect(second.output()).toMatch(
      new RegExp(
        `A probe with this token already runs on \\S+ \\(process ${first.child.pid}\\): stop it, or give this`,
      ),
    )
    first.child.kill('SIGKILL')
    await first.exited
    const third = start()
    await third.says('measuring')
    expect(third.output()).not.toContain('damaged')
  })

  const childrenOf = (pid = 0) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  test.each([
    ['as it starts', false],
    ['while it listens for traps', true],
  ])('killed with its process of walks %s takes that along', async (_, listens) => {
    const trapPort = await freePort()
    const { child } = start({ TRAP_PORT: String(trapPort) })
    const hex = `:${trapPort.toString(16).toUpperCase().padStart(4, '0')} `
    await until('the process of the walks', async () => childrenOf(child.pid).length > 0)
    const [walks] = childrenOf(child.pid)
    if (listens) await until('it to listen', async () => readFileSync('/proc/net/udp6', 'utf8').includes(hex))
    child.kill('SIGKILL')
    await until('it to be gone', async () => !existsSync(`/proc/${walks}`) || isEnded(walks))
  })
  const isEnded = (pid = '') => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

  const damages: [string, (file: string) => void][] = [
    ['cut short', (file) => truncateSync(file, 8192)],
    ['overwritten', (file) => writeFileSync(file, Buffer.alloc(100_000, 'not a database '))],
  ]
  test.each(damages)('whose spool was %s when the power failed puts it aside and begins anew', async (_, damage) => {
    const first = start()
    await first.says('measuring')
    first.child.kill('SIGKILL')
    await first.exited
    const [spool = ''] = readdirSync(dataDir).filter((name) => /^spool-\w+$/.test(name))
    damage(join(dataDir, spool, 'data.mdb'))

    const second = start()
    await second.says('the spool was damaged: put aside, begun anew')
    await second.says('measuring')
    expect(readdirSync(dataDir)).toEqual(expect.arrayContaining([spool, `${spool}.damaged`]))
  })

  test('names a data folder that it cannot write to, and a missing token', async () => {
    writeFileSync(join(dataDir, 'file'), '')
    const nowhere = start({}, join(dataDir, 'file/data'))
    expect(await nowhere.exited).toBe(1)
    expect(nowhere.output()).toMatch(/DATA_DIR is \S+, which cannot be written \(ENOTDIR\): give the folder to user/)
    const tokenless = start({ PROBE_TOKEN: '' })
    expect(await tokenless.exited).toBe(1)
    expect(tokenless.output()).toContain('PROBE_TOKEN is not set')
  })
})
