import type { PendingQuery, Row, TransactionSql } from 'postgres'
import { adviceWords, adviseWait } from '@/lib/domain/message-wait'
import type { MessageIncident } from './message-scope'

const kept = 50 // the last ones
const yearMs = 365 * 86_400_000
const roleWords = {
  router: 'routers',
  switch: 'switches',
  ap: 'access points',
  backhaul: 'backhauls',
  cpe: 'client radios',
  server: 'servers',
  other: 'devices',
} as const

/**
 * How long to wait before clients are told of an incident, from how long such outages lasted before: of the same root; else of
 * its role, with the same cause where one is known, at its site and then anywhere. Null: nothing can be said.
 */
export async function adviceFor(
  tx: TransactionSql,
  incident: MessageIncident,
  now: Date,
): Promise<{ minutes: number; words: string } | null> {
  const { rootId, role, siteId, siteName, cause, rootName, beganAt } = incident
  if (rootId === null) return null
  const elapsed = now.getTime() - beganAt.getTime()
  const since = new Date(now.getTime() - yearMs)
  const lasted = async (which: PendingQuery<Row[]>) =>
    (
      await tx<{ ms: number }[]>`
        select (extract(epoch from o.ended_at - o.began_at) * 1000)::float8 as ms from outages o ${which}
          and o.ended_at is not null and not o.planned and o.state = 'down' and o.began_at > ${since}
        order by o.began_at desc limit ${kept}`
    ).map(({ ms }) => ms)
  const say = (past: readonly number[], whose: string) => {
    const advice = adviseWait(past, elapsed)
    return advice && { minutes: advice.minutes, words: adviceWords(advice, whose) }
  }
  const own = say(await lasted(tx`where o.target_id = ${rootId}`), `outages of ${rootName}`)
  if (own || role === null) return own
  const known = cause !== null && cause !== 'unknown'
  const same = tx`join devices d on d.id = o.target_id join targets t on t.id = d.id
    where d.role = ${role} ${known ? tx`and o.cause = ${cause}` : tx``}`
  const kind = `outages of ${roleWords[role]}${known ? ` by ${cause}` : ''}`
  const near =
    siteId === null ? null : say(await lasted(tx`${same} and t.site_id = ${siteId}`), `${kind} at ${siteName}`)
  return near ?? say(await lasted(same), kind)
}
