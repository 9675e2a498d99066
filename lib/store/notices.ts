import type { TransactionSql } from 'postgres'
import type { IncidentKind, NoticeFacts } from '@/lib/domain/message'
import { ask } from './asking'
import { readPriority } from './routes'
import { lockTellings } from './telling-channels'

/** Something that happened to an incident, to be told or not. */
export type Telling = { incidentId: number; question: TellingQuestion; facts: NoticeFacts }

/** What happened, as far as it changes who is told. */
export type TellingQuestion = {
  event: 'opened' | 'grew' | 'resolved'
  kind: IncidentKind
  name: string
  /** The incident was over before anyone could be told. */
  overBefore: boolean
  /** A reason why this event is told to nobody, as a sentence; null: nothing speaks against it. */
  suppressedBy: string | null
  /** It ends as it is part of this incident, which goes on with both. */
  into?: number
}

/**
 * Asks the policy for every telling and every channel, and writes its decisions, the notices that are due, what goes with a
 * digest and what is asked again later, all in the caller's transaction; keepers are woken at its commit.
 */
export async function tell(tx: TransactionSql, tellings: readonly Telling[], now: Date): Promise<void> {
  if (tellings.length === 0) return
  await lockTellings(tx)
  await forgetSteps(tx, tellings)
  const questions = tellings.map(({ incidentId, facts, question: { event, overBefore, suppressedBy, into } }) => ({
    incidentId,
    event,
    channelId: null,
    overBefore,
    suppressedBy,
    escalation: null,
    into: into ?? null,
    facts,
  }))
  await ask(tx, questions, now, { priority: await readPriority(tx) })
}

/** Of what is over nobody is reminded, and what was withheld of it is not told any more. */
async function forgetSteps(tx: TransactionSql, tellings: readonly Telling[]): Promise<void> {
  const over = tellings.filter(({ question }) => question.event === 'resolved').map(({ incidentId }) => incidentId)
  if (over.length === 0) return
  await tx`
    delete from pending_tellings where incident_id = any(${over}::int[]) and event <> 'resolved'
      and (outcome is null or outcome <> 'delayed' or event = 'reminded')`
}
