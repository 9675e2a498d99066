import type { JSONValue, TransactionSql } from 'postgres'
import type { ActDetail } from '@/lib/domain/incident-story'
import { Problem } from '@/lib/problem'
import { allows, type UserRole } from '@/lib/rights'
import { transaction } from './database'
import { newSink, publishIncidents, type Sink } from './incident-events'
import { tell } from './notices'
import { askAgain } from './pending-tellings'
import { resolveByHand } from './resolving'

/** Who acts: an operator, or a key or channel by its name. */
export type Actor = { name: string; userId: number | null }

/** done: written and published. stands: it is so already, nothing was changed. Of `resolved` only notes are taken. */
export type ActResult = 'done' | 'stands' | 'missing' | 'resolved'

type Held = {
  id: number
  acknowledgedAt: Date | null
  resolvedAt: Date | null
  assigneeId: number | null
  snoozedUntil: Date | null
  mutedForAll: boolean
  mutedFor: number[]
}
type Act = 'acknowledged' | 'unacknowledged' | 'assigned' | 'noted' | 'resolved' | 'snoozed' | 'muted' | 'unmuted'
type Written = { act: Act; text?: string | null | undefined; detail?: ActDetail; askAgain?: boolean }
type Work = (tx: TransactionSql, held: Held, sink: Sink) => Promise<Written | 'stands'>

/**
 * One act upon one incident: its row is held, so that of two operators at once the second sees what the first did; the
 * act, what follows of it and its event are one commit.
 */
export async function act(
  id: number,
  actor: Actor,
  now: Date,
  whenResolved: 'refuse' | 'allow',
  work: Work,
): Promise<ActResult> {
  return transaction((tx) => actIn(tx, id, actor, now, whenResolved, work))
}

/** The same within a transaction that does more. */
export async function actIn(
  tx: TransactionSql,
  id: number,
  actor: Actor,
  now: Date,
  whenResolved: 'refuse' | 'allow',
  work: Work,
): Promise<ActResult> {
  const held = await holdIncident(tx, id)
  if (!held) return 'missing'
  if (held.resolvedAt !== null && whenResolved === 'refuse') return 'resolved'
  const sink = newSink()
  const written = await work(tx, held, sink)
  if (written === 'stands') return 'stands'
  await tx`
    insert into incident_acts (incident_id, at, by, user_id, act, text, detail)
    values (${id}, ${now}, ${actor.name}, ${actor.userId}, ${written.act}, ${written.text || null},
      ${written.detail ? tx.json(written.detail as JSONValue) : null})`
  if (sink.resolved.size === 0) sink.changed.add(id)
  if (written.askAgain) await askAgain(tx, id, now)
  await tell(tx, sink.tellings, now)
  await publishIncidents(tx, sink, now)
  return 'done'
}

async function holdIncident(tx: TransactionSql, id: number): Promise<Held | undefined> {
  const [held] = await tx<Held[]>`
    select id, acknowledged_at as "acknowledgedAt", resolved_at as "resolvedAt", assignee_id as "assigneeId",
      snoozed_until as "snoozedUntil", muted_for_all as "mutedForAll", muted_for as "mutedFor"
    from incidents where id = ${id} for no key update`
  return held
}

/** Somebody is on it. The first to say so stays. */
export async function acknowledgeIncident(id: number, actor: Actor, now = new Date()): Promise<ActResult> {
  return act(id, actor, now, 'refuse', (tx, held) => takeOn(tx, held, actor, now))
}

/** What acknowledging writes, where nobody did so before. */
export async function takeOn(tx: TransactionSql, held: Held, actor: Actor, now: Date, detail?: ActDetail) {
  if (held.acknowledgedAt !== null) return 'stands'
  await tx`update incidents set acknowledged_at = ${now}, acknowledged_by = ${actor.name} where id = ${held.id}`
  return { act: 'acknowledged' as const, ...(detail ? { detail } : {}) }
}

/** Takes back that somebody is on it: reminders and escalation go on. */
export async function unacknowledgeIncident(id: number, actor: Actor, now = new Date()): Promise<ActResult> {
  return act(id, actor, now, 'refuse', async (tx, held) => {
    if (held.acknowledgedAt === null) return 'stands'
    await tx`update incidents set acknowledged_at = null, acknowledged_by = null where id = ${id}`
    return { act: 'unacknowledged', askAgain: true }
  })
}

/** Hands it to an operator, or with null to nobody in particular. Throws invalid-input for who cannot act on it. */
export async function assignIncident(
  id: number,
  assigneeId: number | null,
  actor: Actor,
  now = new Date(),
): Promise<ActResult> {
  return act(id, actor, now, 'refuse', async (tx, held) => {
    const assignee = assigneeId === null ? null : await findAssignee(tx, assigneeId)
    if (held.assigneeId === assigneeId) return 'stands'
    await tx`update incidents set assignee_id = ${assigneeId} where id = ${id}`
    return { act: 'assigned', detail: { assignee } }
  })
}

async function findAssignee(tx: TransactionSql, id: number): Promise<string> {
  const [user] = await tx<{ name: string; role: UserRole }[]>`select name, role from users where id = ${id}`
  if (!user) throw new Problem('invalid-input', `assignee: found ${id}, expected the id of an operator, or null`)
  if (!allows(user.role, 'write'))
    throw new Problem('invalid-input', `assignee: ${user.name} may only read, expected somebody who can act on it`)
  return user.name
}

/** Adds a line to the story; also to what is resolved. */
export async function addNote(id: number, actor: Actor, text: string, now = new Date()): Promise<ActResult> {
  return act(id, actor, now, 'allow', async () => ({ act: 'noted', text }))
}

/**
 * Ends an incident by hand: who was told of it hears so, the outages in it go on being measured, and nobody is told again
 * of them, not even when they end. The next outage of the same root is an incident of its own, told as ever.
 */
export async function resolveIncident(
  id: number,
  actor: Actor,
  reason: string | null,
  now = new Date(),
): Promise<ActResult> {
  return act(id, actor, now, 'allow', async (tx, held, sink) => {
    if (held.resolvedAt !== null) return 'stands'
    const dark = await resolveByHand(tx, id, actor.name, now, sink)
    return { act: 'resolved', text: reason, detail: { dark } }
  })
}
