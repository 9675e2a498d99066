import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ThreadOptions } from './ping-thread'

/** Starts the ping thread: the built file beside the running bundle, or, from TypeScript source, one built in memory. */
export async function startPingThread(options: ThreadOptions): Promise<Worker> {
  const built = new URL('./ping-thread.mjs', import.meta.url)
  if (existsSync(built)) return new Worker(built, { workerData: options, name: 'ping' })
  return new Worker(await buildFromSource(), { eval: true, workerData: options, name: 'ping' })
}

async function buildFromSource(): Promise<string> {
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [fileURLToPath(new URL('./ping-thread.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    // An evaluated script has no place of its own from which to find packages.
    banner: { js: `require = require('node:module').createRequire(${JSON.stringify(import.meta.url)});` },
  })
  return result.outputFiles[0]?.text ?? ''
}
