import type { TransactionSql } from 'postgres'
import { countedWords } from '@/lib/domain/job-words'
import type { Spell } from './dark-spells'
import type { Sink } from './incident-events'
import { moveOutages } from './incident-rows'
import type { Telling } from './notices'
import { numberArray } from './text-array'

export type IncidentRow = { id: number; rootName: string; siteName: string | null }
type OpenRow = IncidentRow & { kind: 'down' | 'flapping' | 'members_lost'; openedAt: Date }

/** An incident has more in it: who was told of it needs no other message for `suppressedBy`. */
export function grew(row: OpenRow, suppressedBy: string): Telling {
  const began = row.openedAt.toISOString()
  return {
    incidentId: row.id,
    question: { event: 'grew', kind: row.kind, name: row.rootName, overBefore: false, suppressedBy },
    facts: {
      kind: row.kind,
      event: 'grew',
      name: row.rootName,
      site: row.siteName,
      began_at: began,
      ended_at: null,
      tell_from: began,
    },
  }
}

export type Move = { outageId: number; incidentId: number; spell: Spell }

/** Files outages under the incident of the one that explains them: recorded and counted, told to nobody anew. */
export async function fileChildren(tx: TransactionSql, moves: readonly Move[], now: Date, sink: Sink) {
  if (moves.length === 0) return
  await moveOutages(tx, moves, 'unreachable')
  for (const { outageId, spell } of moves)
    if (spell.endedAt === null) sink.statuses.push({ outageId, status: 'unreachable' })
  const rows = await tx<
    (IncidentRow & {
      kind: 'down' | 'flapping' | 'members_lost'
      openedAt: Date
      count: number
      jobs: number
      first: string[]
    })[]
  >`
    select i.id, i.kind, i.root_name as "rootName", i.site_name as "siteName", i.opened_at as "openedAt",
      count(*)::int as count, (count(*) filter (where t.kind = 'job'))::int as jobs,
      (array_agg(t.name order by t.name_key))[1:5] as first
    from incidents i join outages o on o.incident_id = i.id join targets t on t.id = o.target_id
    where o.id = any(${numberArray(moves.map((move) => move.outageId))}::int[]) group by i.id`
  const notes = rows.map((row) => {
    const { which, names, onlyJobs } = countedWords(row)
    sink.changed.add(row.id)
    const went = `${which} behind ${row.rootName} went ${onlyJobs ? 'silent' : 'dark'} with it: ${names}.`
    sink.tellings.push(grew(row, `${went} ${row.rootName} is what people are told of.`))
    const is = onlyJobs ? (row.count === 1 ? 'is silent' : 'are silent') : 'cannot be reached'
    return { incident_id: row.id, what: `${which} behind it ${is}: ${names}.` }
  })
  await tx`
    insert into incident_notes (incident_id, at, what)
    select r.incident_id, ${now}::timestamptz, r.what
    from jsonb_to_recordset(${tx.json(notes)}) as r(incident_id int, what text)`
}
