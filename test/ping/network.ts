import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { vi } from 'vitest'
import type { PingTarget, PingWay } from '@/lib/ping/pinger'
import type { PuppetCommand, PuppetReport, PuppetResult } from './puppet'

const root = fileURLToPath(new URL('../..', import.meta.url))
const script = fileURLToPath(new URL('./network.sh', import.meta.url))

/** Null where tests can have a network of their own; else why not, and what to do. */
export function noNetwork(): string | null {
  const tried = spawnSync('bash', [script, 'true'])
  if (tried.status === 0) return null
  const why = tried.stderr?.toString().trim().split('\n').at(-1) ?? 'no bash'
  return `needs a network namespace (root, or unprivileged user namespaces; Debian package iproute2): ${why}`
}

/** Pingers in a child process, built as for production, inside the network of network.sh. */
export async function startPuppet() {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, 'node_modules/.cache/ping-')) // there, so that packages are found
  await build({
    entryPoints: [join(root, 'test/ping/puppet.ts'), join(root, 'lib/ping/ping-thread.ts')],
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': root },
  })
  const child = spawn('bash', [script, process.execPath, join(folder, 'puppet.mjs')])
  const talk = createTalk(child)
  let next = 0

  return {
    ways: async () => (await talk.tell({ do: 'ways' })).ways ?? [],
    async open(options: { way?: PingWay; maxPerSecond?: number }) {
      const pinger = next++
      const results: PuppetResult[] = []
      talk.results.set(pinger, results)
      const { way } = await talk.tell({ do: 'open', pinger, ...options })
      return {
        way,
        results,
        assign: (targets: PingTarget[]) => talk.tell({ do: 'assign', pinger, targets }),
        release: (slots: number[]) => talk.tell({ do: 'release', pinger, slots }),
        ping: (slots: number[]) => talk.tell({ do: 'ping', pinger, slots }),
        close: () => talk.tell({ do: 'close', pinger }),
        gathered: (count: number) =>
          vi.waitUntil(() => results.length >= count && results, { timeout: 80_000, interval: 10 }),
      }
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.stdin.end()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

export type Puppet = Awaited<ReturnType<typeof startPuppet>>

function createTalk(child: ChildProcessWithoutNullStreams) {
  type Done = Extract<PuppetReport, { done: string }>
  const results = new Map<number, PuppetResult[]>()
  const waiting: { resolve: (done: Done) => void; reject: (error: Error) => void }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const report: PuppetReport = JSON.parse(line)
    if ('results' in report) results.get(report.pinger)?.push(...report.results)
    else if ('error' in report) waiting.shift()?.reject(new Error(report.error))
    else waiting.shift()?.resolve(report)
  })
  child.stderr.on('data', (chunk: Buffer) => console.error(chunk.toString()))
  return {
    results,
    tell: (command: PuppetCommand) =>
      new Promise<Done>((resolve, reject) => {
        waiting.push({ resolve, reject })
        child.stdin.write(`${JSON.stringify(command)}\n`)
      }),
  }
}
