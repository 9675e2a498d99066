import { pathToFileURL } from 'node:url'
import type { SnmpProfile } from '@/lib/wire/snmp'
import { snmpFile } from './recordings'

/** What tests use of the replay agent that stands beside the recordings. */
export type ReplayAgent = {
  fault(address: string, fault: Record<string, unknown>): number
  clear(address: string): number
  set(address: string, oid: string, tag: number, value: number | string): number
  unset(address: string, oid: string): number[]
  reboot(address: string, downMs?: number): number
  close(): Promise<void>
}
type Options = { port: number; maps: [address: string, file: string][]; maxPdu?: number; community?: string }

/** Serves recordings, each at an address of loopback, at a port that was free on all of them when this looked. */
export async function replayAgent(recordings: Readonly<Record<string, string>>, options: Partial<Options> = {}) {
  const { startAgent }: { startAgent(options: Options): Promise<ReplayAgent> } = await import(
    pathToFileURL(snmpFile('replay-agent.mjs')).href
  )
  const maps = Object.entries(recordings).map(([address, name]): [string, string] => [
    address,
    snmpFile('recordings', `${name}.snmprec`),
  ])
  for (let tries = 0; ; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000) // below the ephemeral ones
    try {
      return { port, agent: await startAgent({ ...options, port, maps }) }
    } catch (error) {
      if (tries > 20) throw error
    }
  }
}

/** A profile of v2c for loopback, with times that are short enough for a test of silence. */
export const profileFor = (port: number, more: Partial<SnmpProfile> = {}): SnmpProfile => ({
  id: 1,
  port,
  timeout_ms: 1000,
  retries: 1,
  credentials: { version: '2c', community: 'public' },
  ...more,
})
