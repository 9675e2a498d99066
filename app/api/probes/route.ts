import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { createProbe, findProbe, listProbes } from '@/lib/store/probes'
import { PageQuery, ProbeInput } from '@/lib/wire/rest'
import { probeAnswer } from '../answers'
import { pageOf, startAfter } from '../pages'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const rows = await listProbes({ limit: limit + 1, after: startAfter(cursor, 'string') ?? '' })
  return pageOf(rows, limit, (probe) => probe.name, probeAnswer)
})

/** The answer holds the token, this once. A probe may report outages, so it takes an admin to let one in. */
export const POST = guarded('admin', async ({ request }) => {
  const { name, anchors, sites } = await readJson(request, ProbeInput)
  if ((await listProbes()).some((probe) => probe.name === name)) throw nameTaken(name)
  const { id, token } = await createProbe({ name, anchors, siteIds: sites })
  const probe = await findProbe(id)
  return created(`/api/probes/${id}`, { ...(probe && probeAnswer(probe)), token })
})

const nameTaken = (name: string) => new Problem('conflict', `name: another probe is called ${JSON.stringify(name)}`)
