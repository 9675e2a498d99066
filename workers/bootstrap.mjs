// What every npm command runs first: plain Node without packages, so that it works on a fresh clone.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

class Failure extends Error {}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const [verb = 'start', ...args] = process.argv.slice(2)

// Of each command: what must be fresh before it, and what it does then.
const all = ['bundles', 'pages']
const verbs = {
  start: [all, () => enter('start')],
  dev: [['watching'], () => enter('start')],
  web: [all, () => enter('role', 'web')],
  keeper: [['bundles'], () => enter('role', 'keeper')],
  probe: [['bundles'], () => enter('role', 'probe')],
  cli: [['bundles'], () => enter('cli', ...args)],
  build: [all, () => {}],
  bench: [all, bench],
  test: [all, test],
  check: [['bundles'], check],
}

// The ABI belongs to it: packages with native code are chosen for one.
const abi = `${process.platform} ${process.arch} ${process.versions.modules}`
// Of each thing that is made: what it is made of, and where that was noted when it was made.
const freshness = {
  install: { file: 'node_modules/.beatline-stamp', stamp: () => `${abi}\n${hashOf(['package-lock.json'])}` },
  bundles: {
    file: 'dist/.stamp',
    stamp: () => hashOf(['lib', 'workers', 'app/service-worker', 'tsconfig.json', 'package-lock.json']),
  },
  pages: {
    file: '.next/beatline-stamp',
    stamp: () =>
      hashOf(['app', 'lib', 'next.config.mjs', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json', 'proxy.ts']),
  },
}

checkNode()
const [wanted, act] = verbs[verb] ?? []
if (!act) fail(`Unknown command ${verb}: expected one of ${Object.keys(verbs).join(', ')}`)
process.env.NODE_ENV ??= { dev: 'development', test: 'test', check: 'test' }[verb] ?? 'production'
try {
  await ready(wanted)
  await act()
} catch (error) {
  fail(error instanceof Failure ? error.message : error)
}

// ---- what must be there first ----

async function ready(wanted) {
  const unlock = await lockBuilds()
  if (!unlock && (wanted.includes('watching') || !isFresh(wanted))) {
    throw new Failure(`Cannot write to ${root}: it holds what is built. Run npm run build once as the user who owns it`)
  }
  if (!unlock) return
  try {
    await install()
    if (wanted.includes('watching')) {
      const { buildBundles } = await import('./build.mjs')
      await step('bundle the roles and watch them', () => buildBundles({ watch: true }))
    }
    if (wanted.includes('bundles')) await bundles()
    if (wanted.includes('pages')) await pages()
  } finally {
    unlock()
  }
}

/** All there as it should be: then a folder that cannot be written, as under /opt, will do. */
function isFresh(wanted) {
  const { bundles, pages } = freshness
  return [freshness.install, wanted.includes('bundles') && bundles, wanted.includes('pages') && pages].every(
    (part) => !part || part.stamp() === readOr(part.file),
  )
}

async function install() {
  const stamp = freshness.install.stamp()
  const stampFile = freshness.install.file
  const found = readOr(stampFile)
  if (found === stamp) return
  const sameAbi = found === '' || found.startsWith(`${abi}\n`)
  if (!(sameAbi && existsSync('node_modules/.package-lock.json') && installedMatches())) {
    await step('install packages', async () => {
      const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
      const flags = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
      await run([...npm, 'ci', ...flags], { NODE_ENV: '' }).catch(() => {
        say('npm ci refused; trying npm install, which is less strict about the lock file')
        return run([...npm, 'install', '--no-save', ...flags], { NODE_ENV: '' })
      })
    })
  }
  writeFileSync(stampFile, stamp)
}

/** True when someone has installed by hand just what the lock file says. */
function installedMatches() {
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages
  const found = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || found[name]?.version === version,
  )
}

async function bundles() {
  const stamp = freshness.bundles.stamp()
  if (readOr(freshness.bundles.file) === stamp && existsSync('public/sw.js')) return
  const { buildBundles } = await import('./build.mjs')
  await step('bundle the roles', () => buildBundles())
  writeFileSync(freshness.bundles.file, stamp)
}

async function pages() {
  const stamp = freshness.pages.stamp()
  if (readOr(freshness.pages.file) === stamp) return
  await step('build the pages', async () => {
    const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
    const next = [process.execPath, 'node_modules/next/dist/bin/next', 'build']
    await run(next, env).catch(async () => {
      say('the build failed; once more without its cache')
      rmSync('.next', { recursive: true, force: true }) // a failed build poisons its cache
      await run(next, env)
    })
  })
  writeFileSync(freshness.pages.file, stamp)
}

/** Two commands at once must not build the same folder: the second waits, and then finds everything fresh. Null: read only. */
async function lockBuilds() {
  const lock = join(root, '.beatline-lock')
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'pid'), String(process.pid))
      return () => rmSync(lock, { recursive: true, force: true })
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS'].includes(error.code)) return null
      if (error.code !== 'EEXIST') throw new Failure(`Cannot write to ${root} (${error.code}): it holds what is built`)
    }
    const holder = Number(readOr(join(lock, 'pid')))
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (holder ? !isAlive(holder) : age > 5_000) rmSync(lock, { recursive: true, force: true })
    else if (!told) say(`another command is building (process ${holder || 'unknown'}); waiting for it`)
    await new Promise((done) => setTimeout(done, 200))
  }
}

// ---- the commands ----

/** Goes on as a built program in this process: no second one between it and the terminal's signals. */
async function enter(name, ...rest) {
  process.argv = [process.argv[0], join(root, 'dist', `${name}.mjs`), ...rest]
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(process.argv[1]).href)
}

async function bench() {
  const { runBench } = await bundled('test/bench/run.ts')
  await runBench(args)
}

async function test() {
  const { runTests } = await bundled('test/setup/run.ts')
  process.exitCode = await runTests(args)
}

/** Everything CI asks. `static` leaves the fast tests out, for those who run `npm test` next: it begins with them. */
async function check() {
  if (args.length > 1 || (args[0] ?? 'static') !== 'static') {
    throw new Failure(`check takes nothing or "static", and was given ${args.join(' ')}`)
  }
  const bin = (path, ...rest) => [process.execPath, join('node_modules', path), ...rest]
  const steps = {
    'format and lint': bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
    types: bin('typescript/bin/tsc', '--noEmit', '-p', '.'),
    ...(existsSync('app/service-worker/tsconfig.json')
      ? { 'types of the service worker': bin('typescript/bin/tsc', '--noEmit', '-p', 'app/service-worker') }
      : {}),
    'dead code': bin('knip/bin/knip.js'),
    ...(args[0] === 'static' ? {} : { 'fast tests': bin('vitest/vitest.mjs', 'run', '--project', 'unit') }),
  }
  for (const [name, command] of Object.entries(steps)) await step(name, () => run(command))
}

/** A TypeScript module of ours, bundled into dist/ and imported. */
async function bundled(path) {
  const { build } = await import('esbuild')
  const { nodeBundle } = await import('./build.mjs')
  const outfile = `dist/${path.replace(/\.ts$/, '.mjs')}`
  const { outExtension: _, ...options } = nodeBundle
  await build({ ...options, entryPoints: [path], outfile })
  return import(pathToFileURL(join(root, outfile)).href)
}

// ---- small things ----

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Beatline needs Node 20.19 or newer, and this is ${process.versions.node}: see https://nodejs.org`)
}

async function step(name, work) {
  const startedAt = Date.now()
  say(`${name} ...`)
  await work()
  say(`${name}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

/** Runs a command to its end; its output is ours. A signal to us goes to it as well. */
function run([command, ...rest], env = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, rest, { stdio: ['ignore', 2, 2], env: { ...process.env, ...env } })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward)
    child.once('error', (error) => failed(new Failure(`Cannot run ${command}: ${error.message}`)))
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, forward)
      if (signal === 'SIGINT' || signal === 'SIGTERM') process.exit(signal === 'SIGINT' ? 130 : 143)
      if (code === 0) done()
      else failed(new Failure(`${rest.slice(0, 2).join(' ')} ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

/** A digest of the content of files and folders, so that a checkout that only touches times builds nothing. */
function hashOf(paths, extra = '') {
  const hash = createHash('sha256').update(extra)
  const add = (path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else if (found) hash.update(`${path}\0${found.size}\0`).update(readFileSync(path))
  }
  for (const path of paths) add(path)
  return hash.digest('hex')
}

function readOr(path, otherwise = '') {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function say(text) {
  process.stderr.write(`beatline: ${text}\n`)
}

function fail(why) {
  console.error(why instanceof Error ? why : `beatline: ${why}`)
  process.exit(1)
}
