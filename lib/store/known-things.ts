import { sql } from './database'

/** Which of these ids are no target, or with `jobsOnly` no job, and which no site. */
export async function unknownThings(asked: {
  targets: readonly number[]
  sites: readonly number[]
  jobsOnly: boolean
}): Promise<{ targets: number[]; sites: number[] }> {
  const [targets, sites] = await Promise.all([
    sql<{ id: number }[]>`
      select id from unnest(${[...asked.targets]}::int[]) as asked(id) where not exists (
        select 1 from targets t where t.id = asked.id and (t.kind = 'job' or ${!asked.jobsOnly}))`,
    sql<{ id: number }[]>`
      select id from unnest(${[...asked.sites]}::int[]) as asked(id)
      where not exists (select 1 from sites s where s.id = asked.id)`,
  ])
  return { targets: targets.map((row) => row.id), sites: sites.map((row) => row.id) }
}
