import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { SnmpProfile } from '@/lib/wire/snmp'
import { startCourse } from './course'
import { startDeadline } from './deadline'
import { bounded, factsOf, firstScalars, identify, planOf } from './identify'
import type { Rows } from './rows'
import { openSnmp, type SnmpSession } from './session'
import { standardFacts } from './standard/facts'
import { systemFacts, systemScalars } from './standard/system'
import { turns } from './turns'
import type { Vendor } from './vendor'

export type WalkOptions = {
  signal: AbortSignal
  /** Longest a device may take, all of it; what came until then is kept. Milliseconds, 60,000 unless told. */
  deadlineMs?: number
  /** Most instances taken of one device, 200,000 unless told; of one table a quarter of that. */
  maxRows?: number
  /** Instances asked with one GETBULK, 25 unless told; fewer where the device cannot. */
  repetitions?: number
}

/** What a walk brought. oids: instances received. faults: what is missing or was wrong, in words; also in `facts.faults`. */
export type Walked = { facts: DeviceFacts; durationMs: number; oids: number; faults: string[] }
/** The device did not answer to this profile at all: why, in words without secrets. */
export type NotWalked = { failure: string }
/** The system group alone: enough to know that a profile opens a device. */
export type SystemAnswer = { system: DeviceFacts['system']; durationMs: number }

export type WalkDevice = typeof walkDevice
export type AskSystem = typeof askSystem

/** Walks one device with one profile: whatever the device does is an answer or a failure, within the deadline. */
export async function walkDevice(
  profile: SnmpProfile,
  address: string,
  vendors: readonly Vendor[],
  { signal, deadlineMs = 60_000, maxRows = 200_000, repetitions = 25 }: WalkOptions,
): Promise<Walked | NotWalked> {
  const startedAt = performance.now()
  const deadline = startDeadline(signal, deadlineMs)
  const session = openProfile(profile, address)
  try {
    const course = startCourse(session, deadline)
    await course.ask(systemScalars)
    await course.ask(firstScalars(vendors))
    const failure = course.failure()
    if (failure !== null) return { failure }
    const vendor = identify(course.rows(), vendors)
    const plan = planOf(vendor)
    await course.ask(plan.scalars)
    await course.walk(plan.tables, { mostRows: maxRows, mostTableRows: Math.ceil(maxRows / 4), repetitions })
    const facts = factsWith(course.faults(), course.rows(), vendor)
    return { facts, durationMs: performance.now() - startedAt, oids: course.oids(), faults: facts.faults }
  } finally {
    session.close()
    deadline.clear()
  }
}

/** Asks for the system group with one profile, as when profiles are tried in order. */
export async function askSystem(
  profile: SnmpProfile,
  address: string,
  { signal, deadlineMs = 60_000 }: { signal: AbortSignal; deadlineMs?: number },
): Promise<SystemAnswer | NotWalked> {
  const startedAt = performance.now()
  const deadline = startDeadline(signal, deadlineMs)
  const session = openProfile(profile, address)
  try {
    const course = startCourse(session, deadline)
    await course.ask(systemScalars)
    const failure = course.failure()
    if (failure !== null) return { failure }
    return { system: systemFacts(course.rows()), durationMs: performance.now() - startedAt }
  } finally {
    session.close()
    deadline.clear()
  }
}

/** Walks of one process. */
export type Walker = {
  walkDevice: WalkDevice
  askSystem: AskSystem
  /** Walks and questions under way, and those that wait for a socket. */
  count(): { walking: number; waiting: number }
}

/** A walker that opens at most so many sockets at once. What waits for one does so in order, and its deadline has not begun. */
export function createWalker({ sockets }: { sockets: number }): Walker {
  if (sockets < 1) throw new RangeError(`Cannot walk as 'sockets' must be at least 1: current value is ${sockets}`)
  const { enter, leave, count } = turns(sockets)
  const inTurn = async <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result | NotWalked> => {
    if (!(await enter(signal))) return { failure: 'stopped before its turn came' }
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return {
    walkDevice: (profile, address, vendors, options) =>
      inTurn(options.signal, () => walkDevice(profile, address, vendors, options)),
    askSystem: (profile, address, options) => inTurn(options.signal, () => askSystem(profile, address, options)),
    count: () => ({ walking: count().working, waiting: count().waiting }),
  }
}

function openProfile({ port, timeout_ms, retries, credentials }: SnmpProfile, address: string): SnmpSession {
  return openSnmp({ address, port, credentials, timeoutMs: timeout_ms, retries })
}

/** Facts of the rows with what went wrong before them. A vendor that stumbles over its rows costs its own facts alone. */
function factsWith(faults: readonly string[], rows: Rows, vendor: Vendor): DeviceFacts {
  try {
    const facts = factsOf(rows, vendor)
    return bounded({ ...facts, faults: [...faults, ...facts.faults] })
  } catch (error) {
    const fault = `facts of ${vendor.os} could not be read: ${error instanceof Error ? error.message : String(error)}`
    const facts = bounded(standardFacts(rows))
    return bounded({ ...facts, faults: [...faults, fault, ...facts.faults] })
  }
}
