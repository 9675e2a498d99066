import { type Blackout, coveredUntil } from './blackout'
import { blackoutIndex } from './blackout-index'
import { remindAt } from './cool-off'
import { growthIsNews } from './growth'
import { anyTime } from './hours'
import type { NoticeEvent } from './message'
import type { Act, PastIncident, PastNotice, ReplayChannel, ReplayRules, ReplayWatcher } from './replay'
import { stormWindowMs } from './storm'
import {
  judgeTelling,
  type TellingChannel,
  type TellingIncident,
  type TellingInput,
  type TellingVerdict,
  type ToldBefore,
} from './telling'
import { TimeQueue } from './time-queue'

const working = { state: 'ok' } as const
const nothing: readonly ToldBefore[] = []

type Question = { event: NoticeEvent; channelId: number | null; escalation: TellingInput['escalation'] }
type Step = { case_: Case } & ({ act: Act } | { ask: Question })
/** One incident as it stands, with what each channel was told of it. */
type Case = {
  now: TellingIncident
  resolvedAt: number | null
  blackouts: Blackout[]
  told: Map<number, ToldBefore[]>
  chosen: readonly number[] | null
}
/** How busy a channel is, and which incidents are due at which later moment. */
type Busy = { sentAt: number[]; digestAt: number | null; due: Map<number, Set<number>> }

/** One run through the past: a queue of what happens next, and what every channel and incident is at. */
export class ReplayRun {
  readonly #queue = new TimeQueue<Step>()
  readonly #busy = new Map<number, Busy>()
  readonly #notices: PastNotice[] = []
  readonly #blackouts: ReturnType<typeof blackoutIndex>

  constructor(
    readonly rules: ReplayRules,
    readonly decided: ReplayWatcher,
  ) {
    for (const { id } of rules.channels) this.#busy.set(id, { sentAt: [], digestAt: null, due: new Map() })
    this.#blackouts = blackoutIndex(rules.blackouts)
  }

  add(past: PastIncident): void {
    const { root, acts, resolvedAt, openedAt, chosen = null } = past
    const { priority } = this.rules
    const now: TellingIncident = {
      ...past,
      priority: priority ? priority.evaluate(past).priority : past.priority,
      resolvedAt: null,
      overBefore: resolvedAt !== null && resolvedAt <= openedAt,
      acknowledgedAt: null,
      acknowledgedBy: null,
      snoozedUntil: null,
      mutedFor: [],
    }
    const case_: Case = { now, resolvedAt, blackouts: this.#blackouts(root, openedAt), told: new Map(), chosen }
    this.#put(openedAt, case_, 'opened', null)
    for (const act of acts) this.#queue.put(act.at, { case_, act })
    if (resolvedAt !== null) this.#put(Math.max(resolvedAt, openedAt), case_, 'resolved', null)
  }

  /** Goes on up to `end` (epoch ms), by so many steps at most; whether it has come there. */
  go(end: number, steps = Number.POSITIVE_INFINITY): boolean {
    for (let i = 0; i < steps; i++) {
      const next = this.#queue.take()
      if (!next || next.at > end) return true
      const { case_ } = next.item
      if ('act' in next.item) this.#act(case_, next.item.act)
      else this.#ask(case_, next.item.ask, next.at)
    }
    return false
  }

  /** What went out so far, in order. */
  notices(): PastNotice[] {
    return this.#notices.sort((a, b) => a.at - b.at)
  }

  #put(
    at: number,
    case_: Case,
    event: NoticeEvent,
    channelId: number | null,
    escalation: Question['escalation'] = null,
  ) {
    this.#queue.put(at, { case_, ask: { event, channelId, escalation } })
  }

  #act(case_: Case, act: Act): void {
    const { now } = case_
    if (act.kind === 'grew') {
      const { size, affectedClients, affectedTargets } = act
      case_.now = { ...now, size, affectedClients, affectedTargets }
      const { priority } = this.rules
      if (priority) case_.now.priority = priority.evaluate(case_.now).priority
      for (const { id } of this.rules.channels)
        if (growthIsNews(case_.told.get(id) ?? nothing))
          this.#ask(case_, { event: 'grew', channelId: id, escalation: null }, act.at)
    } else if (act.kind === 'acknowledged') case_.now = { ...now, acknowledgedAt: act.at, acknowledgedBy: act.by }
    else if (act.kind === 'unacknowledged') case_.now = { ...now, acknowledgedAt: null, acknowledgedBy: null }
    else if (act.kind === 'snoozed') case_.now = { ...now, snoozedUntil: act.until }
    else case_.now = { ...now, mutedFor: act.for }
  }

  #ask(case_: Case, { event, channelId, escalation }: Question, at: number): void {
    if (case_.resolvedAt !== null && case_.resolvedAt <= at) case_.now = { ...case_.now, resolvedAt: case_.resolvedAt }
    const covered = coveredUntil(case_.blackouts, at)
    const decisions = judgeTelling({
      incident: case_.now,
      event,
      channels: this.rules.channels
        .filter(({ id }) => (channelId === null ? (case_.chosen?.includes(id) ?? true) : id === channelId))
        .map((channel) => this.#channelNow(channel, case_, at)),
      asked: null,
      routes: this.rules.routes,
      blackout: covered && { reason: covered.by.reason, until: covered.until },
      suppressedUnder: null,
      escalation,
      now: at,
    })
    for (const decision of decisions) this.#follow(decision, case_, escalation, at)
  }

  #channelNow(channel: ReplayChannel, { told, now }: Case, at: number): TellingChannel {
    const busy = this.#busyOf(channel.id)
    while (busy.sentAt.length > 0 && (busy.sentAt[0] ?? 0) <= at - stormWindowMs) busy.sentAt.shift()
    const due = busy.due.get(at)
    const { id, name, hours, criticalBreaksThrough, coolOffMinutes, escalateTo, escalateAfterMinutes } = channel
    return {
      id,
      name,
      hours,
      criticalBreaksThrough,
      coolOffMinutes,
      escalateTo,
      escalateAfterMinutes,
      health: working,
      history: told.get(id) ?? nothing,
      traffic: { toldInLastMinute: busy.sentAt.length, digestAt: busy.digestAt },
      dueNow: due?.has(now.id) ? due.size : 0,
    }
  }

  /** What a decision sets off: a notice now or with a digest, or another look at it later. */
  #follow(decision: TellingVerdict, case_: Case, escalation: Question['escalation'], now: number): void {
    const { channelId, event, outcome, until, rule, why } = decision
    this.decided(decision, case_.now, now)
    const told = case_.told.get(channelId) ?? []
    const isFirst = !told.some((one) => one.outcome === 'sent' || one.outcome === 'digest')
    told.push({ event, outcome, until, rule, at: now })
    case_.told.set(channelId, told)
    const busy = this.#busyOf(channelId)
    if (outcome === 'delayed' && until !== null)
      busy.due.set(until, (busy.due.get(until) ?? new Set()).add(case_.now.id))
    // Growth that was withheld is not news later: whoever hears of the incident then hears of all of it.
    if ((outcome === 'delayed' || (outcome === 'suppressed' && event !== 'grew')) && until !== null)
      this.#put(until, case_, event, channelId, escalation)
    if (outcome !== 'sent' && outcome !== 'digest') return
    const at = until ?? now
    if (outcome === 'sent') busy.sentAt.push(now)
    else if (rule === 'storm') busy.digestAt = at
    this.#notices.push({ incidentId: case_.now.id, channelId, event, at, digest: outcome === 'digest', why })
    if (event === 'reminded' || (event !== 'resolved' && isFirst)) this.#followUp(case_, channelId, isFirst, at)
  }

  /** The reminder of a notice that was told at `at`, and its escalation. */
  #followUp(case_: Case, channelId: number, isFirst: boolean, at: number): void {
    const channel = this.rules.channels.find(({ id }) => id === channelId)
    if (!channel || case_.now.acknowledgedAt !== null) return
    const isFree = case_.now.priority === 'critical' && channel.criticalBreaksThrough
    const remind = remindAt(at, channel.coolOffMinutes, isFree ? anyTime : channel.hours)
    if (remind !== null && (case_.resolvedAt === null || remind < case_.resolvedAt))
      this.#put(remind, case_, 'reminded', channelId)
    const { escalateTo, escalateAfterMinutes: afterMinutes, name: from } = channel
    if (!isFirst || escalateTo === null || afterMinutes === null) return
    const escalation = { from, because: 'unacknowledged' as const, afterMinutes }
    this.#put(at + afterMinutes * 60_000, case_, 'escalated', escalateTo, escalation)
  }

  #busyOf(channelId: number): Busy {
    const busy = this.#busy.get(channelId) ?? { sentAt: [], digestAt: null, due: new Map() }
    this.#busy.set(channelId, busy)
    return busy
  }
}
