import type { TransactionSql } from 'postgres'
import { coveredUntil } from '@/lib/domain/blackout'
import { standInFor } from '@/lib/domain/escalation'
import { growthIsNews } from '@/lib/domain/growth'
import type { NoticeEvent, NoticeFacts } from '@/lib/domain/message'
import { chooseDevices } from '@/lib/domain/policy'
import type { CompiledPriority } from '@/lib/domain/priority'
import { decideTelling, type TellingDecision, type TellingInput, type ToldBefore } from '@/lib/domain/telling'
import { isReachable } from '@/lib/domain/telling-rules'
import type { KnownChannel } from './telling-channels'
import { asTellingRule, type KnownIncident, keyOf, partOfIt, reachOf, readWorld, type World } from './telling-inputs'
import { stepsAfter } from './telling-steps'
import { newWrites, type Writes, writeAll } from './telling-writes'

/** One event of an incident, to be judged for one channel or for all of them. */
export type Question = {
  incidentId: number
  event: NoticeEvent
  channelId: number | null // null: all
  overBefore: boolean // the incident was over before anyone could be told
  suppressedBy: string | null // why nobody is told, as a sentence
  escalation: TellingInput['escalation']
  into?: number | null // it ends as it is part of that incident, and is still dark
  facts: NoticeFacts
}

/** A decision as it is kept: of a rule of the policy, or for a reason that is known before it is asked. */
type Decided = Omit<TellingDecision, 'rule'> & { rule: string }
type Asked = { question: Question; known: KnownIncident; now: number }

/**
 * Judges these questions in their order, each with what was decided before it, and writes what follows from them: decisions,
 * notices on their way, what goes with a digest, and what has to be asked again. Returns how many incidents were told of.
 * The caller holds the lock on tellings. `dueNow`: how many delayed tellings of a channel are due together. `priority`: how
 * urgent an incident is, is said anew, as it has begun or grown.
 */
export async function ask(
  tx: TransactionSql,
  questions: readonly Question[],
  now: Date,
  { dueNow = new Map(), priority }: { dueNow?: ReadonlyMap<number, number>; priority?: CompiledPriority } = {},
): Promise<number> {
  if (questions.length === 0) return 0
  const ended = questions.flatMap(({ overBefore, facts }) =>
    overBefore && facts.ended_at !== null ? [Date.parse(facts.ended_at)] : [],
  )
  const since = new Date(ended.reduce((oldest, at) => Math.min(oldest, at), now.getTime()))
  const ids = questions.map(({ incidentId }) => incidentId)
  const world = await readWorld(tx, ids, now, since)
  const round = new Round(world, now.getTime(), dueNow)
  if (priority) round.weigh(questions, priority)
  round.takeOver(questions)
  for (const question of questions) round.ask(question)
  await writeAll(tx, round.writes, now)
  return round.toldOf.size
}

class Round {
  readonly writes: Writes = newWrites()
  readonly toldOf = new Set<number>()
  /** Channels without a device that can be told, by incident: nothing is handed over to them. */
  readonly #unreachable = new Map<number, Set<number>>()

  constructor(
    readonly world: World,
    readonly now: number,
    readonly dueNow: ReadonlyMap<number, number>,
  ) {}

  /** Incidents and channels that were told of a part of it before, so that it is theirs to hear of, routes or not. */
  readonly #heirs = new Set<string>()

  takeOver(questions: readonly Question[]): void {
    for (const { incidentId, into } of questions)
      for (const { id } of into ? this.world.channels : [])
        if (into && lastTold(this.#history(incidentId, id))) this.#heirs.add(keyOf(into, id))
  }

  weigh(questions: readonly Question[], expression: CompiledPriority): void {
    for (const { incidentId, event } of questions) {
      const known = this.world.incidents.get(incidentId)
      if (!known || event === 'resolved') continue
      const { priority } = expression.evaluate(known.now)
      if (priority !== known.now.priority) this.writes.priorities.set(incidentId, priority)
      known.now = { ...known.now, priority }
    }
  }

  ask(question: Question): void {
    const known = this.world.incidents.get(question.incidentId)
    if (!known) return
    const asked: Asked = { question, known, now: this.now }
    const toJudge: number[] = []
    // What waited for its end is told then, whenever it was over.
    const covered = question.overBefore && question.channelId === null ? endedInBlackout(asked) : null
    for (const channel of this.world.channels) {
      if (question.channelId !== null && question.channelId !== channel.id) continue
      const before = covered ?? this.#settled(asked, channel)
      if (before) this.#follow(asked, channel, { ...before, ...blank(channel, question) })
      else toJudge.push(channel.id)
    }
    if (toJudge.length === 0) return
    for (const decision of decideTelling(this.#inputOf(asked, toJudge))) {
      const channel = this.world.channels.find(({ id }) => id === decision.channelId)
      if (channel) this.#follow(asked, channel, decision)
    }
  }

  /** Of what is part of something else now only that changes, without a sound, where it was told already. */
  #partOf(incidentId: number, under: string, { id, kind, name }: KnownChannel): Settled {
    const told = lastTold(this.#history(incidentId, id))
    const isUnsaid = !told || (told.outcome === 'digest' && (told.until ?? 0) > this.now)
    if (isUnsaid)
      return { outcome: 'suppressed', rule: partOfIt, why: `It is part of what befell ${under}: told as that.` }
    if (kind === 'sms')
      return { outcome: 'suppressed', rule: partOfIt, why: `${name} would ring for it: it hears of ${under}.` }
    return { outcome: 'sent', rule: 'told', why: `${name} is told that this is part of what befell ${under}.` }
  }

  /** What needs no policy: a job's choice of channels, and what people were told of already as part of something. */
  #settled({ question, known }: Asked, channel: KnownChannel): Settled | null {
    const { event, overBefore, suppressedBy, incidentId, into, facts } = question
    if (into && facts.under !== undefined) return this.#partOf(incidentId, facts.under, channel)
    if (suppressedBy !== null && !(event === 'grew' && this.#isNews(question, channel)))
      return { outcome: 'suppressed', rule: partOfIt, why: suppressedBy }
    const asksWhom = event === 'opened' || event === 'grew' || (event === 'resolved' && overBefore)
    if (asksWhom && known.chosen && !known.chosen.includes(channel.id))
      return {
        outcome: 'skipped',
        rule: 'chosen',
        why: `${channel.name} is not among the channels of ${known.now.name}.`,
      }
    return null
  }

  #isNews({ incidentId }: Question, channel: KnownChannel): boolean {
    return growthIsNews(this.#history(incidentId, channel.id))
  }

  #history = (incidentId: number, channelId: number): readonly ToldBefore[] =>
    this.world.histories.get(keyOf(incidentId, channelId)) ?? nothing

  #inputOf({ question, known, now }: Asked, asked: readonly number[]): TellingInput {
    const covered = coveredUntil(known.blackouts, now)
    return {
      incident: { ...known.now, overBefore: question.overBefore },
      event: question.event,
      channels: this.world.channels.map((channel) => ({
        ...channel,
        history: this.#history(question.incidentId, channel.id),
        dueNow: this.dueNow.get(channel.id) ?? 0,
        isHeir: this.#heirs.has(keyOf(question.incidentId, channel.id)),
      })),
      asked,
      routes: this.world.routes,
      blackout: covered && { reason: covered.by.reason, until: covered.until },
      suppressedUnder: null,
      escalation: question.escalation,
      now,
    }
  }

  /** Keeps a decision, and what follows from it. */
  #follow(asked: Asked, channel: KnownChannel, policy: Decided): void {
    const { incidentId } = asked.question
    const history = this.#history(incidentId, channel.id)
    const toldBefore = lastTold(history)
    const devices = channel.kind === 'web_push' ? this.#devices(asked, channel, policy, toldBefore) : null
    const decision: Decided = devices?.why
      ? { ...policy, outcome: 'skipped', until: null, rule: 'no_device', why: devices.why }
      : policy
    if (devices) decision.inputs = { ...decision.inputs, devices: devices.names, reachable: devices.reachable }
    this.writes.decisions.push({ incidentId, ...decision })
    this.#remember(keyOf(incidentId, channel.id), decision)
    const facts = this.#factsFor(asked, decision)
    if (devices)
      for (const deviceId of [...devices.deviceIds, ...devices.heldIds])
        this.writes.pushes.push({ incidentId, channelId: channel.id, event: decision.event, deviceId, facts })
    if (devices?.why) this.#handOver(asked, channel, decision.event)
    if (decision.outcome === 'sent' || decision.outcome === 'digest') {
      this.#goOut(asked, channel, decision, facts)
      this.#plan(asked, channel, decision, toldBefore === null)
    } else this.#askAgain(asked, channel, decision, facts)
  }

  #devices(asked: Asked, channel: KnownChannel, { event, outcome }: Decided, told: ToldBefore | null) {
    if (outcome !== 'sent') return null
    const goneTo = this.world.goneTo.get(keyOf(asked.question.incidentId, channel.id)) ?? []
    const chosen = chooseDevices({
      channel,
      event,
      incident: asked.known.now.name,
      goneTo,
      toldBy: told?.outcome ?? null,
    })
    const wanted = channel.devices.filter(({ intent }) => intent)
    return { ...chosen, names: wanted.map(({ name }) => name), reachable: wanted.filter((one) => one.reachable).length }
  }

  #remember(key: string, { event, outcome, until, rule }: Decided): void {
    if (rule === partOfIt) return
    const told = { event, outcome, until, rule: asTellingRule(rule), at: this.now }
    this.world.histories.set(key, [...(this.world.histories.get(key) ?? []), told])
  }

  #factsFor({ question: { facts }, known }: Asked, { event }: Decided): NoticeFacts {
    return { ...facts, event, ...(known.job ? { job: known.job } : {}), ...reachOf(known) }
  }

  #goOut({ question: { incidentId } }: Asked, channel: KnownChannel, decision: Decided, facts: NoticeFacts): void {
    const { event, outcome, rule } = decision
    const one = { incidentId, channelId: channel.id, event, facts }
    this.toldOf.add(incidentId)
    if (outcome === 'digest') {
      const goesAt = decision.until ?? this.now
      this.writes.digestItems.push({ ...one, goesAt: new Date(goesAt) })
      if (rule === 'storm') channel.traffic = { ...channel.traffic, digestAt: goesAt }
      return
    }
    channel.traffic = { ...channel.traffic, toldInLastMinute: channel.traffic.toldInLastMinute + 1 }
    if (channel.kind !== 'web_push') this.writes.messages.push(one)
  }

  /** A person none of whose devices can be told is as good as a broken channel. */
  #handOver({ question, known }: Asked, channel: KnownChannel, event: NoticeEvent): void {
    const { incidentId } = question
    if (event === 'resolved' || event === 'reminded' || known.now.resolvedAt !== null) return
    const skipped = (this.#unreachable.get(incidentId) ?? new Set()).add(channel.id)
    this.#unreachable.set(incidentId, skipped)
    const next = standInFor(this.world.channels, channel.id, (one) => isReachable(one) && !skipped.has(one.id))
    if (!next || lastTold(this.#history(incidentId, next.id))) return
    const escalation = { from: channel.name, because: 'failed' as const, afterMinutes: null }
    this.ask({ ...question, event: 'escalated', channelId: next.id, escalation })
  }

  /** The reminder of what was told, and its escalation. */
  #plan({ question, known }: Asked, channel: KnownChannel, { event, until }: Decided, isFirst: boolean): void {
    if (event === 'resolved' || (event !== 'reminded' && !isFirst)) return
    const { incidentId, facts } = question
    this.writes.planned.push(...stepsAfter(known, channel, { at: until ?? this.now, isFirst, incidentId, facts }))
  }

  #askAgain({ question }: Asked, channel: KnownChannel, decision: Decided, facts: NoticeFacts): void {
    const { event, outcome, until, rule } = decision
    const { incidentId, escalation } = question
    const key = { incidentId, channelId: channel.id, event }
    // Growth that was withheld is not news later: whoever hears of the incident then hears of all of it.
    const isWithheld = outcome === 'suppressed' && event !== 'grew' && rule !== partOfIt
    const isUntilRepaired = rule === 'channel_broken' && (event === 'opened' || event === 'escalated')
    if (outcome !== 'delayed' && !isWithheld && !isUntilRepaired) return
    const because = event === 'escalated' ? escalation : null
    // A channel that does not answer makes a notice late; whoever is not to be disturbed hears of it in time.
    const tellFrom = rule === 'breaker' || until === null ? facts.tell_from : new Date(until).toISOString()
    const askAt = until === null ? null : new Date(until)
    this.writes.waiting.push({ ...key, outcome, askAt, rule, because, facts: { ...facts, tell_from: tellFrom } })
  }
}

const nothing: readonly ToldBefore[] = []
type Settled = Pick<Decided, 'outcome' | 'rule' | 'why'>

const lastTold = (history: readonly ToldBefore[]): ToldBefore | null =>
  history.findLast(({ event, outcome }) => event !== 'resolved' && (outcome === 'sent' || outcome === 'digest')) ?? null

const blank = (channel: KnownChannel, { event, overBefore }: Question) => ({
  channelId: channel.id,
  event,
  until: null,
  inputs: { event, over_before: overBefore },
})

/** What began and ended in a blackout is told to nobody, even after it. */
function endedInBlackout({ question: { facts }, known }: Asked): Settled | null {
  const covered = facts.ended_at === null ? null : coveredUntil(known.blackouts, Date.parse(facts.ended_at))
  if (covered === null) return null
  const { reason } = covered.by
  const named = reason === '' ? 'a blackout' : `the blackout "${reason}"`
  const why = `${known.now.name} was back before anyone was told, and ${named} covered it: nobody is told.`
  return { outcome: 'skipped', rule: 'blackout', why }
}
