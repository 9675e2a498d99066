import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { generatedNetwork } from '../snmp/network/network'
import type { Fleet } from './fleet'

/** A generated network alive in a fleet: it answers pings and SNMP, and parts of it can be switched off and on. */
export type Wisp = Awaited<ReturnType<typeof openWisp>>

/** Starts the agents of all devices in the fleet's namespace, from one process. */
export async function openWisp(fleet: Fleet) {
  const network = generatedNetwork(fleet.prefix)
  const program = resolve('node_modules', `.network-${process.pid}`, 'agents.mjs')
  await build({
    entryPoints: ['test/snmp/network/agents.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': resolve('.') },
    outfile: program,
    logLevel: 'error',
  })
  const agents: ChildProcess = spawn(
    'ip',
    ['netns', 'exec', fleet.namespace, process.execPath, program, fleet.prefix],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  await Promise.race([
    once(agents, 'message'),
    once(agents, 'exit').then(() => Promise.reject(new Error('the agents of the network ended'))),
  ])
  const off = new Set<string>()
  const bootedAt: Record<string, number> = {}
  let dark = new Set<string>()

  function apply(): void {
    const now = network.darkWith(off)
    const addresses = (names: Iterable<string>) => [...names].map((name) => network.box(name).ip)
    const fallen = addresses([...now].filter((name) => !dark.has(name)))
    const risen = addresses([...dark].filter((name) => !now.has(name)))
    dark = now
    agents.send({ dark: [...dark], bootedAt })
    if (fallen.length > 0) fleet.mute(...fallen)
    if (risen.length > 0) fleet.unmute(...risen)
  }

  return {
    ...network,
    /** These have no power, or no link: whatever hangs on them alone is dark with them. */
    off(...names: string[]): void {
      for (const name of names) off.add(name)
      apply()
    },
    on(...names: string[]): void {
      for (const name of names) off.delete(name)
      apply()
    },
    /** They began to count their time anew at `at`, epoch ms; told with the next `on` or `off`. */
    booted(at: number, ...names: string[]): void {
      for (const name of names) bootedAt[name] = at
    },
    async close(): Promise<void> {
      if (agents.exitCode === null) {
        const gone = once(agents, 'exit')
        agents.disconnect()
        await gone
      }
      await rm(resolve(program, '..'), { recursive: true, force: true })
    },
  }
}
