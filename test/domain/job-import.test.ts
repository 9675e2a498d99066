import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planJobs, type Standing, type StandingJob } from '@/lib/domain/job-import'
import { type JobRow, readJobRecord } from '@/lib/domain/job-record'

const uuidOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const token = (n: number) => uuidOf(n).replaceAll('-', '')

function standingJob(id: number, name: string, more: Partial<StandingJob> = {}): StandingJob {
  return {
    ...{ id, name, uuid: uuidOf(id), badgeKey: uuidOf(1000 + id), paused: false, slug: name, tags: [], site: null },
    ...{ schedule: { kind: 'period', seconds: 60 }, zone: 'UTC', graceSeconds: 60, permissibleMisses: 0 },
    ...{ stickyPause: false, channelIds: null, runsBehind: null },
    ...more,
  }
}
function standingOf(jobs: StandingJob[], aliases: [string, number][] = []): Standing {
  return {
    jobs,
    jobOfToken: new Map([...jobs.map((job) => [token(job.id), job.id] as const), ...aliases]),
    jobOfBadgeKey: new Map(jobs.map((job) => [job.badgeKey, job.id])),
    devices: new Map<string | number, number>([
      ['Core', 7],
      [7, 7],
    ]),
    sites: new Map<string | number, number>([
      ['North', 3],
      [3, 3],
    ]),
    channels: [{ id: 5, names: ['pager'] }],
  }
}
function row(cells: Record<string, unknown>, line = 1): JobRow {
  const read = readJobRecord({ line, cells })
  if ('reason' in read) throw new Error(read.reason)
  return read
}
const plan = (cells: Record<string, unknown>, standing = standingOf([standingJob(1, 'a')])) =>
  planJobs([row(cells)], standing)

describe('a row', () => {
  test('that says nothing new changes nothing', () => {
    const same = { name: 'a', uuid: uuidOf(1), badge_key: uuidOf(1001), expected_interval: 60, tags: [], paused: false }
    expect(plan(same).jobs).toMatchObject([{ changed: false, ruleChanged: false, newAliases: [], pausedAt: undefined }])
  })
  test('refers by name or by id to what is here, and to a site that has yet to be made', () => {
    const said = { name: 'b', expected_interval: 60, runs_behind: 'Core', channels: ['pager', 5] }
    expect(plan({ ...said, site: 'North' }).jobs[0]?.config).toMatchObject({ site: 3, runsBehind: 7, channelIds: [5] })
    expect(plan({ ...said, site: 'South', runs_behind: 7 }).jobs[0]?.config).toMatchObject({
      site: 'South',
      runsBehind: 7,
    })
    expect(plan({ ...said, site: 9 }).rejected).toMatchObject([{ reason: 'site: found 9, expected a name or an id' }])
  })
  test('tells a changed rule from other changes', () => {
    const changes = (cells: object) => {
      const [job] = plan({ name: 'a', ...cells }).jobs
      return [job?.changed, job?.ruleChanged]
    }
    expect(changes({ tags: 'x' })).toEqual([true, false])
    expect(changes({ grace_period: 5 })).toEqual([true, true])
    expect(changes({ schedule: '0 2 * * *' })).toEqual([true, true])
    expect(changes({ paused: true })).toEqual([true, false])
  })
  test('renames what has its address, and the slug follows unless it is its own', () => {
    const standing = standingOf([standingJob(1, 'a'), standingJob(2, 'b', { slug: 'own' })])
    const renamed = (n: number) => plan({ name: 'New name', uuid: uuidOf(n) }, standing).jobs[0]
    expect(renamed(1)).toMatchObject({ before: { id: 1 }, config: { name: 'New name', slug: 'new-name' } })
    expect(renamed(2)).toMatchObject({ before: { id: 2 }, config: { slug: 'own' } })
  })
  test('with an alias of its own adds none', () => {
    const standing = standingOf(
      [standingJob(1, 'a')],
      [
        ['mine', 1],
        ['theirs', 2],
      ],
    )
    expect(plan({ name: 'a', aliases: ['mine'] }, standing).jobs).toMatchObject([{ changed: false }])
    expect(plan({ name: 'a', aliases: ['theirs'] }, standing).rejected).toHaveLength(1)
  })
})

test('whatever the rows, each is planned or rejected, and nothing that one job alone can have is given twice', () => {
  const small = fc.integer({ min: 1, max: 6 })
  const cells = fc.record(
    {
      name: small.map((n) => `n${n}`),
      uuid: small.map(uuidOf),
      badge_key: small.map((n) => uuidOf(1000 + n)),
      aliases: fc.uniqueArray(
        small.map((n) => `alias${n}`),
        { maxLength: 2 },
      ),
      expected_interval: fc.constant(60),
    },
    { requiredKeys: ['name'] },
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(small, { maxLength: 4 }),
      fc.uniqueArray(fc.tuple(small, small), { maxLength: 3, selector: ([alias]) => alias }),
      fc.array(cells, { maxLength: 10 }),
      (ids, aliased, said) => {
        const jobs = ids.map((id) => standingJob(id, `n${(id % 6) + 1}`))
        const aliases = aliased.flatMap(([alias, id]) =>
          ids.includes(id) ? [[`alias${alias}`, id] as [string, number]] : [],
        )
        const standing = standingOf(jobs, aliases)
        const { jobs: planned, rejected } = planJobs(
          said.map((one, i) => row(one, i + 1)),
          standing,
        )

        expect([...planned, ...rejected].map(({ line }) => line).sort((a, b) => a - b)).toEqual(
          said.map((_, i) => i + 1),
        )
        // As it will stand: the standing jobs with the plan over them.
        const after = new Map<number | string, { name: string; badge: string; tokens: string[] }>(
          jobs.map((job) => {
            const tokens = [token(job.id), ...aliases.filter(([, id]) => id === job.id).map(([alias]) => alias)]
            return [job.id, { name: job.name, badge: job.badgeKey, tokens }]
          }),
        )
        for (const { line, before, config, uuid, badgeKey, newAliases } of planned) {
          const was = before && after.get(before.id)
          const own = uuid ? [uuid.replaceAll('-', '')] : []
          after.set(before?.id ?? `line ${line}`, {
            name: config.name,
            badge: badgeKey ?? was?.badge ?? `made ${line}`,
            tokens: [...(was?.tokens ?? own), ...newAliases],
          })
        }
        const all = [...after.values()]
        const unique = (values: string[]) => expect(new Set(values).size, JSON.stringify(values)).toBe(values.length)
        unique(all.map(({ name }) => name))
        unique(all.map(({ badge }) => badge))
        unique(all.flatMap(({ tokens }) => tokens))
      },
    ),
  )
})
