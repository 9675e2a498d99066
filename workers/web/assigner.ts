import type { Logger } from 'pino'
import { dropStrayVerdicts, readAssignment } from '@/lib/store/assigned-targets'
import { findProbe } from '@/lib/store/probes'
import { listProfilesForProbes } from '@/lib/store/snmp-profiles'
import { AssignedTarget, type Assignment } from '@/lib/wire/probe'
import { SnmpProfile } from '@/lib/wire/snmp'
import type { ProbeSocket } from './probe-gate'
import { within } from './within'

const chunkSize = 5000
const answerMs = 30_000
const readMs = 60_000
const debounceMs = 100
const retryMs = 5000

type Settings = { confirmInterval: number; reviveHits: number; walkInterval: number; log: Logger }
type Sent = { known: Map<number, string>; anchors: string; profiles: string } // what this connection was last told
type Desk = { sent: Sent | null; working: boolean; stale: boolean }

/** Keeps every connected probe's assignment as the database has it: all of it once, then the differences. */
export function createAssigner({ confirmInterval, reviveHits, walkInterval, log }: Settings) {
  const desks = new Map<ProbeSocket, Desk>()
  const complained = new Set<number>()
  let version = Date.now() // rises across restarts of the web
  let dueAt = Number.POSITIVE_INFINITY

  function greet(socket: ProbeSocket): void {
    desks.set(socket, { sent: null, working: false, stale: false })
    void tell(socket)
  }

  /** Something that probes are told of is otherwise: all that changes within `waitMs` is read once. */
  function changed(waitMs = debounceMs): void {
    const at = Date.now() + waitMs
    if (at >= dueAt) return
    dueAt = at
    setTimeout(() => {
      if (dueAt !== at) return // done by a sooner one
      dueAt = Number.POSITIVE_INFINITY
      for (const socket of desks.keys()) void tell(socket)
    }, waitMs)
  }

  async function tell(socket: ProbeSocket): Promise<void> {
    const desk = desks.get(socket)
    if (!desk) return
    desk.stale = true
    if (desk.working) return
    desk.working = true
    try {
      while (desk.stale && socket.connected) {
        desk.stale = false
        await tellOnce(socket, desk)
      }
    } catch (error) {
      log.warn({ probe: socket.data.probe.name, error: String(error) }, 'the assignment waits')
      desk.sent = null // what of it arrived is not known: all of it again
      setTimeout(() => void tell(socket), retryMs).unref()
    } finally {
      desk.working = false
    }
  }

  async function tellOnce(socket: ProbeSocket, desk: Desk): Promise<void> {
    const { id } = socket.data.probe
    const read = async () => {
      await dropStrayVerdicts(id)
      const profiles = (await listProfilesForProbes()).filter((profile) => SnmpProfile.safeParse(profile).success)
      const walking = { every: walkInterval, profiles: profiles.map((profile) => profile.id) }
      return Promise.all([findProbe(id), readAssignment(id, walking), profiles])
    }
    const [probe, assigned, snmp_profiles] = await within(readMs, read())
    if (!probe) return void socket.disconnect(true) // deleted
    const anchors = probe.anchors.join(' ')
    const profiles = JSON.stringify(snmp_profiles)
    const before = desk.sent
    const known = new Map<number, string>()
    const differing: AssignedTarget[] = []
    for (const target of assigned) {
      const text = JSON.stringify(target)
      const isKnown = before?.known.get(target.id) === text
      if (!isKnown && !fits(target)) continue
      known.set(target.id, text)
      if (!isKnown) differing.push(target)
    }
    const head = {
      confirm_interval: confirmInterval,
      revive_hits: reviveHits,
      anchors: probe.anchors,
      version: ++version,
      ...(before?.profiles === profiles ? {} : { snmp_profiles }),
    }
    const removed = before ? [...before.known.keys()].filter((target) => !known.has(target)) : []
    if (before && differing.length + removed.length === 0 && before.anchors === anchors && !head.snmp_profiles) return
    for (const chunk of chunks(differing, removed, before === null)) await send(socket, { ...head, ...chunk })
    desk.sent = { known, anchors, profiles }
  }

  /** A probe refuses an assignment whole: one row that is out of bounds must not keep it from all others. */
  function fits(target: AssignedTarget): boolean {
    const { success, error } = AssignedTarget.safeParse(target)
    if (!success && !complained.has(target.id)) {
      const [issue] = error.issues
      log.error({ target_id: target.id, error: `${issue?.path.join('.')}: ${issue?.message}` }, 'cannot be watched')
    }
    if (success) complained.delete(target.id)
    else complained.add(target.id)
    return success
  }

  return { greet, changed, forget: (socket: ProbeSocket) => void desks.delete(socket) }
}

async function send(socket: ProbeSocket, body: Assignment): Promise<void> {
  await socket.timeout(answerMs).emitWithAck('assignment', body)
}

/** Parts of at most 5,000 targets; a full one is whole once its last part came. */
export function* chunks(
  targets: readonly AssignedTarget[],
  removed: readonly number[],
  isFull: boolean,
): Generator<Pick<Assignment, 'kind' | 'first' | 'last' | 'targets' | 'removed'>> {
  const parts = Math.max(1, Math.ceil(Math.max(targets.length, removed.length) / chunkSize))
  for (let part = 0; part < parts; part++) {
    const from = part * chunkSize
    yield {
      kind: isFull ? 'full' : 'change',
      first: isFull && part === 0,
      last: isFull && part === parts - 1,
      targets: targets.slice(from, from + chunkSize),
      removed: removed.slice(from, from + chunkSize),
    }
  }
}
