import { networkInterfaces } from 'node:os'
import type { Pinger, PingResults, PingTarget } from '@/lib/ping/pinger'
import { createAssignment } from './assignment'
import { type Clock, every, systemClock } from './clock'
import { createFleet, slotKind } from './fleet'
import { createGuard } from './guard'
import { createIsolator } from './isolator'
import { createLateness } from './lateness'
import { type LinkOptions, openLink } from './link'
import { createMinutes } from './minutes'
import { createMoments } from './moments'
import { ownNetworks } from './own-networks'
import { createRecorder } from './recorder'
import type { Spool } from './spool'
import { createSweep } from './sweep'
import { createTopology, type TopologyOptions } from './topology'

const jumpMs = 500
const jumpMemoryMs = 65_000 // the longest timeout, and some more: then nothing of the old clock is in flight
const hourMs = 3_600_000
const drainMs = 2000

export type ProbeOptions = {
  openPinger: (handlers: {
    onResults: (results: PingResults) => void
    onError: (error: Error) => void
  }) => Promise<Pinger>
  spool: Spool
  hub: string
  ownHub?: boolean // see LinkOptions
  token: string
  version: string
  gateways: () => Promise<string[]>
  log: LinkOptions['log']
  clock?: Clock
  countsSeconds?: number
  /** Where traps are heard; undefined: nowhere. */
  trapPort?: number | undefined
  startWalker?: TopologyOptions['startWalker']
  retryMs?: number
  /** Nothing can go on: the process should end and be started again. */
  onFatal: (error: unknown) => void
}

export type Counts = ReturnType<ReturnType<typeof createLateness>['read']> & Record<string, number | boolean>

/** Runs a probe until it is stopped: pings what the web assigned, judges, and tells. */
export async function startProbe(options: ProbeOptions) {
  const { spool, log, clock = systemClock } = options
  const ending = new AbortController()
  const fleet = createFleet()
  const settings = { confirmMs: 1000, reviveHits: 2 }
  const tally = { pings: 0, hits: 0, misses: 0, stray: 0, skipped: 0, isolated: 0, revived: 0 }
  const lateness = createLateness()
  let wallOffset = clock.wallMs() - clock.monoMs()
  let jump = { byMs: 0, untilMono: Number.NEGATIVE_INFINITY }

  const recorder = createRecorder({
    clock,
    spool,
    onStored: () => link.wake(),
    onTrouble: (error) =>
      log.error({ error: reasonOf(error) }, 'the spool cannot be written: what is found waits in memory'),
  })
  const opened = await options.openPinger({ onResults: take, onError: options.onFatal })
  const pinger = { ...opened, assign: (targets: readonly PingTarget[]) => assignEach(opened, targets, log) }
  const answeredGateways = spool.answeredGateways()
  const guard = createGuard({
    clock,
    fleet,
    pinger,
    gateways: options.gateways,
    answeredGateways,
    onGatewaysKnown: () => void spool.keepAnsweredGateways(answeredGateways).catch(() => {}), // the next answer tries again
    blindSince: spool.blindSince(),
    onBlind(state, at, reason) {
      log.warn({ state, at: new Date(at).toISOString(), reason }, state === 'began' ? 'blind' : 'sees again')
      const blindSince = state === 'began' ? at : null
      recorder.other(
        { name: 'blind', body: { state, at: Math.round(at), reason: reason.slice(0, 200) } },
        { blindSince },
      )
    },
    onUnseen(from, to) {
      isolator.forgetUnseen(from, to)
      tellSuspects(true)
    },
    onDoubt() {
      log.warn({}, 'no proof that this probe can see: misses wait')
      tellSuspects(false)
    },
  })
  const moments = createMoments({
    clock,
    fleet,
    send: { moments: (body) => link.moments(body), pings: (body) => link.pings(body) },
  })
  const minutes = createMinutes({ clock, fleet, onMinute: (body) => recorder.other({ name: 'frame', body }) })
  const isolator = createIsolator({
    clock,
    fleet,
    way: pinger.way,
    settings,
    guard,
    place: (slot, dueMono) => sweep.place(slot, dueMono),
    onIsolated(item) {
      tally.isolated++
      moments.dark(item.target_id)
      assignment.opened(item.target_id, item.began_at)
      recorder.isolated(topology.withVerdicts({ ...item, round: assignment.roundOf(item.target_id) }))
    },
    onRevived(item) {
      tally.revived++
      assignment.ended(item.target_id, item.ended_at)
      recorder.revived(item)
      topology.revived(item.target_id)
    },
    onSuspect: (targetId, suspect, since) => {
      if (!guard.inDoubt() || !suspect) moments.suspect(targetId, suspect, since)
    },
    onMissed: (slot, misses, firstMissAt) => topology.missed(slot, misses, firstMissAt),
  })
  const topology = createTopology({
    clock,
    fleet,
    pinger,
    isolator,
    sees: () => !guard.inDoubt() && !guard.isBlind(),
    send: (message) => recorder.other(message),
    log,
    trapPort: options.trapPort,
    ...(options.startWalker ? { startWalker: options.startWalker } : {}),
  })
  const sweep = createSweep({ clock, nextDue: isolator.nextDue, send })
  const assignment = createAssignment({
    clock,
    fleet,
    spool,
    pinger,
    isolator,
    place: sweep.place,
    remove: sweep.remove,
    settings,
    onAnchors: (addresses) => guard.configure(addresses),
    onPlaced(slot, targetId) {
      minutes.reset(slot)
      moments.placed(targetId)
    },
    onTaken: (slot, target, isFresh) => topology.taken(slot, target, isFresh),
    onVacated: (slot) => topology.vacated(slot),
    onDropped: (targetId) => topology.dropped(targetId),
    onProfiles: (profiles) => topology.setProfiles(profiles),
    token: options.token,
  })
  const link = openLink({
    hub: options.hub,
    ownHub: options.ownHub ?? false,
    auth: {
      token: options.token,
      spool_id: spool.id,
      version: options.version,
      ping_way: pinger.way,
      networks: ownNetworks(networkInterfaces()),
    },
    spool,
    log,
    signal: ending.signal,
    ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
    onAssignment: (body) => assignment.apply(body),
    onWatch: (targetIds) => moments.watch(targetIds),
    onWalkNow: (targetIds) => topology.walkNow(targetIds),
    onDiscover: (order) => topology.discover(order),
    onDiscoverCancel: (id) => topology.cancelDiscovery(id),
    onConnected() {
      if (!guard.inDoubt()) tellSuspects(true)
    },
  })

  /** Whoever cannot see suspects nobody. */
  function tellSuspects(suspect: boolean): void {
    for (const { slot, trouble } of isolator.suspects())
      moments.suspect(fleet.id[slot] ?? 0, suspect, trouble.lastMissAt)
  }

  function send(slots: Uint32Array, dues: Float64Array, now: number): void {
    watchClock(now)
    let count = 0
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] ?? 0
      if (!fleet.mayPing(slot, settings.confirmMs, now)) {
        tally.skipped++
        continue
      }
      fleet.dueMono[slot] = dues[i] ?? now
      fleet.sentMono[slot] = now
      slots[count++] = slot
    }
    if (count > 0) pinger.ping(slots.subarray(0, count))
  }

  /** Intervals run by the monotonic clock, stamps are of the wall's: when that is set, stamps in memory move along. */
  function watchClock(now: number): void {
    const offset = clock.wallMs() - now
    const byMs = offset - wallOffset
    wallOffset = offset
    if (Math.abs(byMs) < jumpMs) return
    log.warn({ by_seconds: Math.round(byMs / 1000) }, 'the wall clock was set')
    fleet.shiftStamps(byMs)
    isolator.shiftStamps(byMs)
    guard.shiftStamps(byMs)
    topology.clockSet()
    jump = { byMs, untilMono: now + jumpMemoryMs }
  }

  function take(results: PingResults): void {
    const now = clock.monoMs()
    watchClock(now)
    if (now < jump.untilMono) moveStamps(results)
    const before = guard.provenAt()
    takeProofs(results)
    guard.settle()
    if (guard.provenAt() > before) isolator.proofCame()
    for (let i = 0; i < results.count; i++) {
      const slot = results.slot[i] ?? 0
      fleet.resultCame(slot)
      if (fleet.kind[slot] === slotKind.device)
        takeDevice(slot, results.sentAt[i] ?? 0, results.rttMs[i] ?? Number.NaN, results.answers?.get(i))
      else if (fleet.kind[slot] === slotKind.sought) topology.takeSought(slot, results.rttMs[i] ?? Number.NaN)
      else if (fleet.kind[slot] === slotKind.free) tally.stray++
    }
  }

  function takeProofs(results: PingResults): void {
    let latest = Number.NEGATIVE_INFINITY
    for (let i = 0; i < results.count; i++) {
      const slot = results.slot[i] ?? 0
      if (fleet.kind[slot] === slotKind.sought) continue // nothing is known of what may be there
      const sentAt = results.sentAt[i] ?? 0
      const refused = results.answers?.get(i)?.startsWith('not sent') ?? false
      if (refused) guard.noteRefused(slot, sentAt)
      else if (sentAt > latest) latest = sentAt
      if (fleet.kind[slot] !== slotKind.anchor) continue
      const rttMs = results.rttMs[i] ?? Number.NaN
      guard.takeAnchor(slot, sentAt, Number.isNaN(rttMs) ? null : rttMs)
    }
    if (latest > Number.NEGATIVE_INFINITY) guard.noteSent(latest)
  }

  function takeDevice(slot: number, sentAt: number, rttMs: number, answer: string | undefined): void {
    tally.pings++
    if (Number.isNaN(rttMs)) tally.misses++
    else {
      tally.hits++
      guard.noteHeard(slot, sentAt)
      topology.heard(slot, sentAt)
    }
    if (fleet.ringCount[slot] === 0 && !Number.isNaN(rttMs)) moments.answered(fleet.id[slot] ?? 0, sentAt)
    fleet.remember(slot, sentAt, rttMs)
    minutes.count(slot, sentAt, rttMs)
    if (fleet.watched[slot] === 1) moments.ping(slot, sentAt, rttMs)
    if (fleet.troubled[slot] === 0) {
      const lateMs = sentAt - wallOffset - (fleet.dueMono[slot] ?? 0)
      if (lateMs < hourMs) lateness.add(lateMs, fleet.intervalMs[slot] ?? 1000)
    }
    isolator.take(slot, sentAt, rttMs, answer)
  }

  /** Pings sent before the clock was set carry its old time: of both readings the one nearer to its sending is right. */
  function moveStamps(results: PingResults): void {
    for (let i = 0; i < results.count; i++) {
      const sentAt = results.sentAt[i] ?? 0
      const expected = (fleet.sentMono[results.slot[i] ?? 0] ?? 0) + wallOffset
      if (Math.abs(sentAt + jump.byMs - expected) < Math.abs(sentAt - expected)) results.sentAt[i] = sentAt + jump.byMs
    }
  }

  function counts(startAnew: boolean): Counts {
    const spooled = spool.size()
    const read = {
      devices: fleet.devices,
      ...tally,
      ...isolator.counts(),
      ...topology.counts(),
      blind: guard.isBlind(),
      ...lateness.read(startAnew),
      spooled: spooled.messages,
      spooled_bytes: spooled.bytes,
      connected: link.connected(),
    }
    if (startAnew) for (const name of Object.keys(tally) as (keyof typeof tally)[]) tally[name] = 0
    return read
  }

  const stopCounting = every(clock, (options.countsSeconds ?? 600) * 1000, () => {
    if (tally.skipped > 0)
      log.warn({ skipped: tally.skipped }, 'more pings are due than leave this machine: some were left out')
    log.info(counts(true), 'counts')
  })
  const loaded = assignment.load()
  await guard.start()
  sweep.start()
  topology.start()
  log.info({ devices: loaded, way: pinger.way, spooled: spool.size().messages }, 'measuring')

  return {
    counts: () => counts(false),
    /** Stops measuring, hands over the unfinished minute, and closes what it opened. */
    async stop(): Promise<void> {
      sweep.stop()
      guard.stop()
      moments.stop()
      stopCounting()
      minutes.stop()
      await topology.stop()
      await pinger.close()
      minutes.flush()
      await recorder.settled()
      await link.drained(drainMs)
      ending.abort()
      await spool.close()
    },
    /** Ends as kill -9 would: nothing is finished. */
    kill(): void {
      void topology.stop()
      for (const stop of [sweep.stop, guard.stop, moments.stop, stopCounting, minutes.stop]) stop()
      ending.abort()
    },
  }
}

/** One address that cannot be pinged from here must not keep the others from being watched: its pings are never sent. */
function assignEach(pinger: Pinger, targets: readonly PingTarget[], log: LinkOptions['log']): void {
  try {
    pinger.assign(targets)
  } catch (error) {
    if (targets.length > 1) {
      for (const target of targets) assignEach(pinger, [target], log)
      return
    }
    pinger.release(targets.map((target) => target.slot))
    log.error({ error: reasonOf(error) }, 'an address that cannot be pinged from here')
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause ? `${error.message}: ${reasonOf(error.cause)}` : error.message
}

export type Probe = Awaited<ReturnType<typeof startProbe>>
