import {
  type Change,
  heldDark,
  isDark,
  isReviving,
  isSuspect,
  type Judging,
  judge,
  type Ping,
  type Trouble,
  withoutMisses,
} from '@/lib/domain/isolation'
import type { PingWay } from '@/lib/ping/pinger'
import type { IsolatedItem, RevivedItem } from '@/lib/wire/probe'
import type { Clock } from './clock'
import { closedEvidence, mostPings, openedEvidence } from './evidence'
import type { Fleet } from './fleet'
import { nextPhase } from './sweep'

const mostUnseen = 16

export type IsolatorOptions = {
  clock: Clock
  fleet: Fleet
  way: PingWay
  settings: { confirmMs: number; reviveHits: number }
  guard: { provenAt(): number; inDoubt(): boolean }
  place: (slot: number, dueMono: number) => void
  onIsolated: (item: IsolatedItem) => void
  onRevived: (item: RevivedItem) => void
  onSuspect: (targetId: number, suspect: boolean, since: number) => void
  /** It missed so many of its pings that may still decide, and is not dark: 1 speaks of what is above it, 2 of what is beside. */
  onMissed?: (slot: number, misses: 1 | 2, firstMissAt: number) => void
}

/** Judges every result. Only devices in trouble have a memory here; all others cost a look at two bytes. */
export function createIsolator(options: IsolatorOptions) {
  const { clock, fleet, settings, guard } = options
  const troubles = new Map<number, Trouble>()
  const answers = new Map<number, Map<number, string>>()
  const foreign = new Set<number>() // held dark because the web says so, not because we saw it
  const unproven = new Set<number>() // enough misses, and no proof yet that the probe can see
  let unseen: { from: number; to: number }[] = []

  function take(slot: number, sentAt: number, rttMs: number, answer: string | undefined): void {
    const missed = Number.isNaN(rttMs)
    if (!missed && fleet.troubled[slot] === 0) return
    if (missed && unseen.some(({ from, to }) => sentAt >= from && sentAt <= to)) return
    if (answer !== undefined) keepAnswer(slot, sentAt, answer)
    decide(slot, { sentAt, rttMs: missed ? null : rttMs })
  }

  function decide(slot: number, ping: Ping | null): void {
    const before = troubles.get(slot) ?? null
    const judging: Judging = {
      rule: { misses: fleet.misses[slot] ?? 1, withinSeconds: fleet.withinSeconds[slot] ?? 1 },
      reviveHits: settings.reviveHits,
      countsFrom: fleet.countsFrom[slot] ?? Number.NEGATIVE_INFINITY,
      provenAt: guard.provenAt(),
    }
    const { trouble, change } = judge(before, ping, judging)
    if (change) tell(slot, change, judging)
    remember(slot, before, trouble)
    const missed = trouble?.darkSince === null && ping?.rttMs === null ? trouble.misses.length : 0
    if (missed === 1 || missed === 2) options.onMissed?.(slot, missed, trouble?.misses[0] ?? 0)
    const waits = trouble !== null && trouble.darkSince === null && trouble.misses.length >= judging.rule.misses
    if (waits) unproven.add(slot)
    else unproven.delete(slot)
  }

  function remember(slot: number, before: Trouble | null, after: Trouble | null): void {
    if (after) troubles.set(slot, after)
    else forgetTrouble(slot)
    fleet.troubled[slot] = after ? 1 : 0
    const wasSuspect = isSuspect(before)
    const suspect = isSuspect(after)
    const targetId = fleet.id[slot] ?? 0
    // Dark is no longer suspect, but not steady either: that is said when it answers again.
    const isSaid = isDark(after) ? false : suspect !== wasSuspect || isDark(before)
    if (isSaid) options.onSuspect(targetId, suspect, after?.lastMissAt ?? clock.wallMs())
    hurry(slot, suspect || isReviving(after))
  }

  /** Suspects and devices that begin to answer are pinged at the confirm interval, from now on or back to their share. */
  function hurry(slot: number, hurried: boolean): void {
    if (fleet.hurried[slot] === Number(hurried)) return
    fleet.hurried[slot] = Number(hurried)
    if (hurried && guard.inDoubt()) return
    const now = clock.monoMs()
    options.place(slot, hurried ? Math.max((fleet.sentMono[slot] ?? now) + confirmOf(slot), now) : shareOf(slot, now))
  }

  const confirmOf = (slot: number) => Math.min(settings.confirmMs, fleet.intervalMs[slot] ?? settings.confirmMs)
  const shareOf = (slot: number, now: number) => nextPhase(fleet.id[slot] ?? 0, fleet.intervalMs[slot] ?? 1000, now)

  function tell(slot: number, change: Change, { rule, reviveHits }: Judging): void {
    const target_id = fleet.id[slot] ?? 0
    const source = {
      address: fleet.address[slot] ?? '',
      way: options.way,
      recent: fleet.recent(slot),
      answers: answers.get(slot),
    }
    const decidedAt = Math.round(clock.wallMs())
    if (change.kind === 'isolated') {
      const evidence = openedEvidence(source, rule, change.misses)
      options.onIsolated({ target_id, began_at: Math.round(change.beganAt), isolated_at: decidedAt, evidence })
      return
    }
    fleet.countsFrom[slot] = change.endedAt
    foreign.delete(slot)
    const evidence = closedEvidence(source, reviveHits, change.hits)
    options.onRevived({ target_id, ended_at: Math.round(change.endedAt), decided_at: decidedAt, evidence })
  }

  function keepAnswer(slot: number, sentAt: number, answer: string): void {
    const kept = answers.get(slot) ?? new Map<number, string>()
    kept.set(sentAt, answer)
    const oldest = kept.keys().next()
    if (kept.size > mostPings && !oldest.done) kept.delete(oldest.value)
    answers.set(slot, kept)
  }

  function forgetTrouble(slot: number): void {
    troubles.delete(slot)
    answers.delete(slot)
    unproven.delete(slot)
  }

  return {
    take,

    /** When a slot is due next, from its ping at `now` on (mono). */
    nextDue(slot: number, now: number): number {
      const asked = (fleet.askedUntil[slot] ?? 0) > now
      const hurried = (fleet.hurried[slot] === 1 || asked) && !guard.inDoubt()
      return hurried ? now + confirmOf(slot) : shareOf(slot, now)
    },

    /** Pings it now, unless it was just now; then as often as its verdict needs until `untilMono`, or no oftener than before. */
    hasten(slot: number, untilMono = Number.NEGATIVE_INFINITY): void {
      const now = clock.monoMs()
      const wasFast = fleet.hurried[slot] === 1 || (fleet.askedUntil[slot] ?? 0) > now
      fleet.askedUntil[slot] = Math.max(fleet.askedUntil[slot] ?? untilMono, untilMono)
      if (wasFast || guard.inDoubt()) return
      options.place(slot, Math.max((fleet.sentMono[slot] ?? now) + confirmOf(slot), now))
    },

    /** The link is proven up to a later instant: what only waited for that is decided. */
    proofCame(): void {
      for (const slot of [...unproven]) decide(slot, null)
    },

    /** The probe saw nothing from `from` to `to`: misses sent then never count, those known by now or later. */
    forgetUnseen(from: number, to: number): void {
      unseen = [...unseen, { from, to }].slice(-mostUnseen)
      for (const [slot, trouble] of troubles) {
        const after = withoutMisses(trouble, from, to)
        if (after !== trouble) remember(slot, trouble, after)
      }
    },

    /** Its outage is open since then, whoever saw it: it is only revived. `own`: this probe told of it. */
    hold(slot: number, beganAt: number, own: boolean): void {
      remember(slot, troubles.get(slot) ?? null, heldDark(beganAt))
      unproven.delete(slot)
      if (!own) foreign.add(slot)
    },

    /** Its outage is not open after all, or the slot is gone: as if nothing had been seen. */
    forget(slot: number): void {
      const before = troubles.get(slot)
      foreign.delete(slot)
      if (before) remember(slot, before, null)
    },

    darkSince: (slot: number) => troubles.get(slot)?.darkSince ?? null,
    isForeign: (slot: number) => foreign.has(slot),

    suspects: () =>
      [...troubles].filter(([, trouble]) => isSuspect(trouble)).map(([slot, trouble]) => ({ slot, trouble })),
    counts() {
      let dark = 0
      for (const trouble of troubles.values()) if (trouble.darkSince !== null) dark++
      return { dark, troubled: troubles.size }
    },

    /** The wall clock was set: instants of the old one move along. An outage that was told of keeps its date. */
    shiftStamps(byMs: number): void {
      const move = (at: number) => at + byMs
      for (const [slot, trouble] of troubles) {
        const { misses, hits, lastMissAt, lastHitAt } = trouble
        troubles.set(slot, {
          ...trouble,
          misses: misses.map(move),
          hits: hits.map(move),
          lastMissAt: lastMissAt + byMs,
          lastHitAt: lastHitAt + byMs,
        })
      }
      for (const [slot, kept] of answers) answers.set(slot, new Map([...kept].map(([at, text]) => [move(at), text])))
      unseen = unseen.map(({ from, to }) => ({ from: from + byMs, to: to + byMs }))
    },
  }
}

export type Isolator = ReturnType<typeof createIsolator>
