import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { SnmpProfile } from '@/lib/wire/snmp'
import type { Vendor } from './vendor'

export type WalkOptions = {
  signal: AbortSignal
  /** Longest a device may take, all of it; what came until then is kept. Milliseconds, 60,000 unless told. */
  deadlineMs?: number
  /** Most instances kept of one device, 200,000 unless told. */
  maxRows?: number
  /** Rows asked with one GETBULK, 25 unless told; fewer where the device cannot. */
  repetitions?: number
}

/** What a walk brought. oids: instances received. faults: what is missing or was wrong, in words; also in `facts.faults`. */
export type Walked = { facts: DeviceFacts; durationMs: number; oids: number; faults: string[] }
/** The device did not answer to this profile at all: why, in words without secrets. */
export type NotWalked = { failure: string }
/** The system group alone: enough to know that a profile opens a device. */
export type SystemAnswer = { system: DeviceFacts['system']; durationMs: number }

/** Walks one device with one profile: never throws, never lasts longer than its deadline. */
export type WalkDevice = (
  profile: SnmpProfile,
  address: string,
  vendors: readonly Vendor[],
  options: WalkOptions,
) => Promise<Walked | NotWalked>

/** Asks for the system group with one profile, as when profiles are tried in order. */
export type AskSystem = (
  profile: SnmpProfile,
  address: string,
  options: { signal: AbortSignal },
) => Promise<SystemAnswer | NotWalked>

/** Walks of one process. sockets: most that are open at once; what comes later waits its turn, in order, without a deadline running. */
export type Walker = {
  walkDevice: WalkDevice
  askSystem: AskSystem
  /** Walks and questions under way, and those that wait for a socket. */
  count(): { walking: number; waiting: number }
}

export const walkDevice: WalkDevice = async () => ({ failure: 'walking is not built yet' })

export const askSystem: AskSystem = async () => ({ failure: 'walking is not built yet' })

/** A walker that opens at most so many sockets at once. */
export function createWalker({ sockets }: { sockets: number }): Walker {
  if (sockets < 1) throw new RangeError(`Cannot walk as 'sockets' must be at least 1: current value is ${sockets}`)
  return { walkDevice, askSystem, count: () => ({ walking: 0, waiting: 0 }) }
}
