import type { z } from 'zod'
import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { deleteStatusPage, updateStatusPage } from '@/lib/store/status-pages'
import { StatusPageInput, StatusPagePatch } from '@/lib/wire/rest-status'
import { answerStatusPage, slugTaken, statusPageChange } from '../answer'

type Path = { id: string }

export const GET = guarded<Path>('read', async ({ params }) => answerStatusPage(pathId(params)))

export const PUT = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), await readJson(request, StatusPageInput))
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), await readJson(request, StatusPagePatch))
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteStatusPage(id))) throw notFound('No status page', id)
  forgetStatusViews()
  return noContent()
})

async function change(id: number, input: z.output<typeof StatusPagePatch>) {
  if ((await updateStatusPage(id, statusPageChange(input))) === 'taken') throw slugTaken(input.slug)
  forgetStatusViews()
  return answerStatusPage(id)
}
