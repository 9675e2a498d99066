import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'

const ADDRESSES = 20_000
const PAIRS = 5

type Cost = { wallS: number; cpuS: number }

/**
 * One sweep of 20,000 loopback addresses by the engine and by `fping -q -c1 -i0` in turn, and the error of paced round
 * trips. `cpu_ratio` and `wall_ratio` are those of a sweep by an engine that is running, as in the product; `first_*`
 * of its first sweep, before the code is compiled; `whole_*` of a process started for a single sweep, Node included.
 * Prints one line of JSON. Needs root and fping.
 */
export default async function benchPing(): Promise<void> {
  if (!existsSync('/usr/bin/fping')) throw new Error('Cannot compare: needs fping (Debian: apt install fping) and root')
  mkdirSync('node_modules/.cache', { recursive: true })
  const folder = mkdtempSync('node_modules/.cache/bench-ping-') // under node_modules, so that packages are found
  try {
    console.log(JSON.stringify({ name: 'ping', ...(await measure(folder)) }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function measure(folder: string) {
  await bundle(folder)
  const list = join(folder, 'addresses')
  const addresses = Array.from({ length: ADDRESSES }, (_, i) => `127.1.${i >> 8}.${i & 255}`)
  writeFileSync(list, `${addresses.join('\n')}\n`)
  const engine = await startEngine(join(folder, 'sweep.mjs'), list)
  const first = await engine.sweep()
  await engine.sweep()
  const pairs: { fping: Cost; ours: Cost; whole: Cost }[] = []
  for (let i = 0; i < PAIRS; i++) {
    const fping = time(`fping -q -c1 -i0 -f ${list} >/dev/null 2>&1`)
    const ours = await engine.sweep()
    const whole = time(`${process.execPath} ${join(folder, 'sweep.mjs')} ${list} once >/dev/null`)
    pairs.push({ fping, ours, whole })
  }
  engine.end()
  const paced = JSON.parse(spawnSync(process.execPath, [join(folder, 'paced.mjs'), '5000', '6']).stdout.toString())
  const of = (pick: (pair: (typeof pairs)[number]) => number) => rounded(median(pairs.map(pick)))
  return {
    cpu_ratio: of(({ ours, fping }) => ours.cpuS / fping.cpuS),
    wall_ratio: of(({ ours, fping }) => ours.wallS / fping.wallS),
    cpu_s: of(({ ours }) => ours.cpuS),
    wall_s: of(({ ours }) => ours.wallS),
    fping_cpu_s: of(({ fping }) => fping.cpuS),
    fping_wall_s: of(({ fping }) => fping.wallS),
    first_cpu_s: rounded(first.cpuS),
    first_wall_s: rounded(first.wallS),
    whole_cpu_ratio: of(({ whole, fping }) => whole.cpuS / fping.cpuS),
    whole_wall_ratio: of(({ whole, fping }) => whole.wallS / fping.wallS),
    rtt_error_p50_us: rounded(paced.p50),
    rtt_error_p99_us: rounded(paced.p99),
    rtt_error_max_us: rounded(paced.most),
    paced_pings: paced.pings,
    paced_cores: rounded(paced.cores),
    paced_peak_in_20_ms: paced.peakIn20Ms,
  }
}

async function bundle(folder: string): Promise<void> {
  await build({
    entryPoints: ['test/bench/ping/sweep.ts', 'test/bench/ping/paced.ts', 'lib/ping/ping-thread.ts'],
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': process.cwd() },
  })
}

async function startEngine(script: string, list: string) {
  const child = spawn(process.execPath, [script, list], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    async sweep(): Promise<Cost> {
      child.stdin.write('\n')
      const { value } = await lines.next()
      const cost = JSON.parse(value)
      if (cost.hits !== ADDRESSES) throw new Error(`Cannot compare: ${cost.hits} of ${ADDRESSES} addresses answered`)
      return cost
    },
    end: () => child.stdin.end(),
  }
}

function time(command: string): Cost {
  const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%3R %3U %3S'; time ${command}`])
  const [wallS = 0, user = 0, system = 0] = stderr.toString().trim().split(' ').map(Number)
  return { wallS, cpuS: user + system }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
