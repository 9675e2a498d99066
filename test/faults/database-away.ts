import { expect } from 'vitest'
import { until } from '../setup/product'
import { type beatingJobs, jobCount } from './beating-jobs'

export const awaySeconds = Number(process.env.DATABASE_AWAY_SECONDS ?? 60)

/** The database goes and comes back under load. Nothing is lost, nothing refused, and no job is called dark for it. */
export async function databaseAway(
  { product, underLoad, expectAll, outagesOf }: ReturnType<typeof beatingJobs>,
  go: () => void,
  comeBack: () => void,
): Promise<void> {
  const load = underLoad(() => product().url)
  await until('beats', async () => load.sent.length > jobCount * 4)
  const outagesBefore = await outagesOf()
  go()
  const goneAt = Date.now()
  await until('the time to pass', async () => Date.now() - goneAt > awaySeconds * 1000, awaySeconds * 1000 + 10_000)
  comeBack()
  const backFrom = load.sent.length
  await until(
    'beats to go straight to the database again',
    async () => load.sent.slice(backFrom).filter(({ status }) => status === 200).length > jobCount,
    60_000,
  )
  // Long enough for the keeper to judge, and to be wrong: a period, its grace and the quiet after a gap.
  const judgedAt = Date.now()
  await until('the keeper to have judged', async () => Date.now() - judgedAt > 15_000, 30_000)
  await load.stop()
  expect(load.refused).toEqual([])
  expect(load.sent.filter(({ status }) => status === 202).length).toBeGreaterThan(jobCount)
  await expectAll(load.sent)
  expect(await outagesOf()).toEqual(outagesBefore)
}
