import { sql } from './database'
import { absentAfterSeconds } from './probes'

export type Health = {
  keeperCycleAt: Date | null // the newest of all keepers
  probes: { name: string; connected: boolean; blindSince: Date | null; lastSeenAt: Date | null }[]
}

/** What a load balancer and a person at 3 a.m. ask first. Throws when the database does not answer within 3 s. */
export async function readHealth(): Promise<Health> {
  const asked = Promise.all([
    sql<{ at: Date | null }[]>`select max(last_cycle_at) as at from keepers`,
    sql<Health['probes']>`
      select name, blind_since as "blindSince", last_seen_at as "lastSeenAt",
        coalesce(connected_at > coalesce(disconnected_at, '-infinity')
          and last_seen_at > now() - make_interval(secs => ${absentAfterSeconds}), false) as connected
      from probes order by name limit 1000`,
  ])
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error('the database did not answer within 3 s')), 3000)
  })
  try {
    const [[cycle], probes] = await Promise.race([asked, late])
    return { keeperCycleAt: cycle?.at ?? null, probes }
  } finally {
    clearTimeout(timer)
    asked.catch(() => {}) // the late answer of a database that is going away
  }
}
