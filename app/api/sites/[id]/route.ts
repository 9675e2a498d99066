import type { z } from 'zod'
import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { deleteSite, findSite, updateSite } from '@/lib/store/sites'
import { SiteInput, SitePatch } from '@/lib/wire/rest'
import { siteAnswer } from '../../answers'
import { impossible, nameTaken, siteChange } from '../input'

type Path = { id: string }

export const GET = guarded<Path>('read', async ({ params }) => answer(pathId(params)))

export const PUT = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), await readJson(request, SiteInput))
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), await readJson(request, SitePatch))
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteSite(id))) throw notFound('No site', id)
  return noContent()
})

async function change(id: number, input: z.output<typeof SitePatch>) {
  const updated = await updateSite(id, siteChange(input))
  if (updated === 'taken') throw nameTaken(input.name)
  if (typeof updated === 'object') throw impossible(updated)
  return answer(id)
}

async function answer(id: number) {
  const site = await findSite(id)
  if (!site) throw notFound('No site', id)
  return siteAnswer(site)
}
