import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { deleteProbe, findProbe, listProbes, updateProbe } from '@/lib/store/probes'
import { ProbePatch } from '@/lib/wire/rest'
import { probeAnswer } from '../../answers'

type Path = { id: string }

export const GET = guarded<Path>('read', async ({ params }) => answer(pathId(params)))

export const PATCH = guarded<Path>('admin', async ({ request, params }) => {
  const id = pathId(params)
  const { name, anchors, sites } = await readJson(request, ProbePatch)
  if (name !== undefined && (await listProbes()).some((probe) => probe.name === name && probe.id !== id)) {
    throw new Problem('conflict', `name: another probe is called ${JSON.stringify(name)}`)
  }
  await updateProbe(id, {
    ...(name === undefined ? {} : { name }),
    ...(anchors === undefined ? {} : { anchors }),
    ...(sites === undefined ? {} : { siteIds: sites }),
  })
  return answer(id)
})

export const DELETE = guarded<Path>('admin', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteProbe(id))) throw notFound('No probe', id)
  return noContent()
})

async function answer(id: number) {
  const probe = await findProbe(id)
  if (!probe) throw notFound('No probe', id)
  return probeAnswer(probe)
}
