import type { TransactionSql } from 'postgres'
import { type Blackout, coveredUntil } from '@/lib/domain/blackout'
import { type JobTrouble, troubleOf } from '@/lib/domain/job-words'
import type { PolicyQuestion } from '@/lib/domain/policy'
import { blackoutsCovering } from './blackouts'
import type { Telling } from './notices'

/** What the policy asks of the one that an incident is about, and what is told of it. */
export type Subject = Pick<PolicyQuestion, 'blackout' | 'chosen'> & { job: JobTrouble | null }

type Root = { incidentId: number; targetId: number | null; chosen: number[] | null; evidence: unknown }

/** The subjects of these tellings, in their order. */
export async function listSubjects(tx: TransactionSql, tellings: readonly Telling[], now: Date): Promise<Subject[]> {
  const roots = await listRoots(
    tx,
    tellings.map((telling) => telling.incidentId),
  )
  const asked = tellings.filter(asksForBlackouts)
  const oldest = Math.min(now.getTime(), ...asked.map((telling) => endOfTrouble(telling) ?? now.getTime()))
  const targets = asked.map((telling) => roots.get(telling.incidentId)?.targetId ?? null)
  const covering = await blackoutsCovering(tx, [...new Set(targets)], new Date(oldest))
  return tellings.map((telling) => {
    const root = roots.get(telling.incidentId)
    const blackouts = asksForBlackouts(telling) ? (covering.get(root?.targetId ?? null) ?? []) : []
    // What is over already is told to nobody when it ended in a blackout; one that goes on, when one covers it now.
    const ended = endOfTrouble(telling)
    const covered = coveredUntil(blackouts, now.getTime()) ?? (ended === null ? null : coveredUntil(blackouts, ended))
    return { job: troubleOf(root?.evidence), chosen: root?.chosen ?? null, blackout: covered && named(covered) }
  })
}

const asksForBlackouts = ({ question }: Telling) => question.event === 'opened' || question.overBefore

function endOfTrouble({ question, facts }: Telling): number | null {
  return question.overBefore && facts.ended_at !== null ? Date.parse(facts.ended_at) : null
}

const named = ({ by, until }: { by: Blackout; until: number | null }) => ({
  name: nameOf(by),
  until: until === null ? null : new Date(until).toISOString(),
})

const kindWords = {
  range: 'a blackout',
  weekly: 'a weekly blackout',
  periods: 'a blackout of some beats',
  open: 'a blackout',
}
const nameOf = ({ kind, reason }: Blackout) => (reason ? `the blackout "${reason}"` : kindWords[kind])

/** The roots of incidents; of a job with what its last outage in the incident was opened by. */
async function listRoots(tx: TransactionSql, incidentIds: readonly number[]): Promise<Map<number, Root>> {
  const rows = await tx<Root[]>`
    select i.id as "incidentId", i.target_id as "targetId", j.channel_ids as chosen,
      case when j.id is not null then (select o.opened_evidence from outages o
        where o.incident_id = i.id and o.target_id = i.target_id order by o.began_at desc limit 1) end as evidence
    from incidents i left join jobs j on j.id = i.target_id
    where i.id = any(${[...new Set(incidentIds)]}::int[])`
  return new Map(rows.map((row) => [row.incidentId, row]))
}
