import type { DigestFacts, DigestItem } from './digest-words'
import type { NoticeEvent, NoticeFacts } from './message'
import type { MessageFacts } from './notice-of'
import { stormSize } from './storm'

/** A message that waits in a channel's outbox. Instants are epoch ms. */
export type Waiting = {
  id: number
  noticeId: number | null // null: a test or a digest
  incidentId: number | null
  sequence: number
  facts: MessageFacts
  createdAt: number
  dueAt: number
  leased: boolean // on its way right now
  resolvedAt: number | null // of its incident
  overSince?: Readonly<Record<string, number>> | null // of a digest: when which of its incidents were resolved
  acknowledged: boolean
  endComes: boolean // its end is told later, and says both
  toldBefore: boolean // something of its incident arrived
}

export type OutboxRules = {
  room: number // messages that may be on their way
  digests: boolean // several may be told as one; not where each incident has a state of its own
  failing: boolean // nothing arrived lately: the next message finds out
  now: number
}

/** send: now, as these facts say. drop: never, and why. digests: instead of all these, one message each. */
export type OutboxPlan = {
  send: { id: number; facts: MessageFacts }[]
  drop: { id: number; why: string }[]
  digests: { ids: number[]; facts: DigestFacts }[]
}

export const saidLater = 'not sent: the notice after it says both'
const partOfMore = 'not sent: it is part of another incident, which is told'
const takenOn = 'not sent: somebody has acknowledged it meanwhile'
const overFirst = 'not sent: it was over first, the notice of its end says both'

const lateAfterMs = 60_000
const callsFirst: readonly NoticeEvent[] = ['opened', 'escalated', 'reminded', 'grew', 'resolved']

type Group = {
  rows: Waiting[]
  last: Waiting
  facts: MessageFacts
  kind: 'open' | 'end' | 'unseen end' | 'digest' | 'digest of ends' | 'test'
  gone: DigestItem[] // of a digest: what is over since it was made, and is told with what came and went
}

/**
 * What to do with everything that waits for one channel. Of a notice its newest message goes, and says what those before it
 * would have said. What came and went unseen while the channel did not answer is told in one line, and more than 10 notices at
 * once in one digest, once the channel answers again. Nothing of a notice goes while something of it is on its way.
 */
export function planOutbox(waiting: readonly Waiting[], rules: OutboxRules): OutboxPlan {
  const plan: OutboxPlan = { send: [], drop: [], digests: [] }
  const ready: Group[] = []
  for (const rows of groupsOf(waiting)) {
    if (rows.some((row) => row.leased) || !rows.some((row) => row.dueAt <= rules.now)) continue
    const kept = worthTelling(rows, plan)
    const group = kept && groupOf(kept)
    if (group) ready.push(group)
  }
  if (rules.digests) refresh(ready, plan)
  // What is still going on comes first: somebody can do something about it.
  const ordered = [...ready.filter(isUrgent), ...ready.filter((group) => !isUrgent(group))]
  const gathered = rules.digests ? gather(ordered, rules, plan) : new Set<Group>()
  for (const group of ordered) {
    if (gathered.has(group)) continue
    if (plan.send.length + plan.digests.length >= rules.room) break
    plan.send.push({ id: group.last.id, facts: group.facts })
    for (const row of group.rows) if (row !== group.last) plan.drop.push({ id: row.id, why: saidLater })
    if (group.gone.length > 0)
      plan.digests.push({ ids: [], facts: { event: 'digest', items: group.gone, ended: true } })
  }
  return plan
}

function groupsOf(waiting: readonly Waiting[]): Waiting[][] {
  const groups = new Map<string, Waiting[]>()
  for (const row of [...waiting].sort((a, b) => a.id - b.id)) {
    const key = row.noticeId === null ? `alone ${row.id}` : `${row.noticeId}`
    const rows = groups.get(key)
    if (rows) rows.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()].map((rows) => rows.sort((a, b) => a.sequence - b.sequence))
}

/** Drops what nobody has to hear any more; null: nothing is left. */
function worthTelling(rows: Waiting[], plan: OutboxPlan): Waiting[] | null {
  const over = (row: Waiting) => row.resolvedAt !== null && row.endComes
  const hasEnd = rows.some((row) => row.facts.event === 'resolved')
  // It is not over, and of what took it over the channel hears in its own right.
  if (rows.some(({ facts, toldBefore }) => facts.event === 'resolved' && facts.under !== undefined && !toldBefore)) {
    plan.drop.push(...rows.map(({ id }) => ({ id, why: partOfMore })))
    return null
  }
  const kept = rows.filter((row) => {
    const again = row.facts.event === 'reminded' || row.facts.event === 'escalated'
    const why = !hasEnd && over(row) ? overFirst : again && row.acknowledged ? takenOn : null
    if (why !== null) plan.drop.push({ id: row.id, why })
    return why === null
  })
  return kept.length === 0 ? null : kept
}

function groupOf(rows: Waiting[]): Group | null {
  const last = rows.at(-1)
  if (!last) return null
  const { facts } = last
  if (facts.event === 'digest') return { rows, last, facts, kind: facts.ended ? 'digest of ends' : 'digest', gone: [] }
  if (facts.event === 'test') return { rows, last, facts, kind: 'test', gone: [] }
  const end = facts.event === 'resolved' || last.resolvedAt !== null
  const kind = last.toldBefore ? 'end' : 'unseen end'
  if (end) return { rows, last, facts: endOf(facts, last.resolvedAt), kind, gone: [] }
  // The one that calls someone gives the message its event: how it grew is no news to who has not heard that it is down.
  const events = rows.map((row) => row.facts.event)
  const event = callsFirst.find((one) => events.includes(one)) ?? facts.event
  return { rows, last, facts: { ...facts, event }, kind: 'open', gone: [] }
}

/** Nobody wrote that it is over, as the policy passed over a channel that was broken then. */
function endOf(facts: NoticeFacts, resolvedAt: number | null): NoticeFacts {
  if (facts.event === 'resolved') return facts
  const endedAt = resolvedAt === null ? facts.ended_at : new Date(resolvedAt).toISOString()
  return { ...facts, event: 'resolved', ended_at: endedAt }
}

/**
 * A digest that has waited says no more what has changed since: what is over is told with what came and went, and what has
 * a newer message of its own, or stands in a newer digest, is left to that.
 */
function refresh(ready: Group[], plan: OutboxPlan): void {
  const told = new Set(ready.flatMap(({ last }) => last.incidentId ?? []))
  for (const group of [...ready].reverse()) {
    const { facts, last } = group
    if (group.kind !== 'digest' || facts.event !== 'digest') continue
    const items = facts.items.filter(({ incident_id: id }) => id === undefined || !told.has(id))
    for (const { incident_id: id } of items) if (id !== undefined) told.add(id)
    const endedAt = ({ event, incident_id: id }: DigestItem) =>
      event === 'resolved' ? null : (last.overSince?.[`${id}`] ?? null)
    const live = items.filter((item) => endedAt(item) === null)
    const gone = items.flatMap((item) => {
      const at = endedAt(item)
      return at === null ? [] : [{ ...item, ...endOf(item, at) }]
    })
    if (live.length > 0) Object.assign(group, { facts: { ...facts, items: live }, gone })
    else if (gone.length > 0)
      Object.assign(group, { facts: { ...facts, items: gone, ended: true }, kind: 'digest of ends' })
    else {
      plan.drop.push({ id: last.id, why: saidLater })
      ready.splice(ready.indexOf(group), 1)
    }
  }
}

const isUrgent = ({ kind }: Group) => kind === 'open' || kind === 'digest' || kind === 'test'

/** Groups that are told together, written into the plan. A channel that fails is first asked with a message of its own. */
function gather(ordered: readonly Group[], { failing, room, now }: OutboxRules, plan: OutboxPlan): Set<Group> {
  const gathered = new Set<Group>()
  const single = ordered.filter(isUrgent).length
  if (room <= 0 || (failing && single > 0)) return gathered
  const isLate = ({ rows }: Group) => rows.some((row) => now - row.createdAt > lateAfterMs)
  const open = ordered.filter((group) => group.kind === 'open')
  const ended = ordered.filter(
    (group) => group.kind === 'digest of ends' || (group.kind === 'unseen end' && isLate(group)),
  )
  const together = (groups: Group[], facts: { ended?: boolean }, more: DigestItem[] = []) => {
    for (const group of groups) gathered.add(group)
    plan.digests.push({
      ids: groups.flatMap((group) => group.rows.map((row) => row.id)),
      facts: { event: 'digest', items: [...groups.flatMap(itemsOf), ...more], ...facts },
    })
  }
  const digests = ordered.filter((group) => group.kind === 'digest')
  const crowd = open.length > stormSize ? [...digests, ...open] : digests
  if (crowd.length > 1) together(crowd, {})
  const gone = crowd.length > 1 ? digests.flatMap((group) => group.gone) : []
  if (ended.length + gone.length > 1) together(ended, { ended: true }, gone)
  else if (gone.length > 0) together([], { ended: true }, gone)
  return gathered
}

function itemsOf({ facts, last: { incidentId } }: Group): DigestItem[] {
  if (facts.event === 'digest') return facts.items
  if (facts.event === 'test') return []
  return [incidentId === null ? facts : { ...facts, incident_id: incidentId }]
}
