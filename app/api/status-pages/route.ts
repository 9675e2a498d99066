import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { createStatusPage, listStatusPages } from '@/lib/store/status-pages'
import { PageQuery } from '@/lib/wire/rest'
import { StatusPageInput } from '@/lib/wire/rest-status'
import { pageOf, startAfter } from '../pages'
import { answerStatusPage, slugTaken, statusPageAnswer } from './answer'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const rows = await listStatusPages({ limit: limit + 1, after: startAfter(cursor, 'number') ?? 0 })
  return pageOf(rows, limit, (page) => page.id, statusPageAnswer)
})

export const POST = guarded('write', async ({ request }) => {
  const input = await readJson(request, StatusPageInput)
  const id = await createStatusPage({
    slug: input.slug,
    title: input.title,
    intro: input.intro,
    isPublic: input.public,
    siteIds: input.sites,
    tags: input.tags,
    historyDays: input.history_days,
    takesSubscribers: input.takes_subscribers,
    timeZone: input.time_zone,
  })
  if (id === 'taken') throw slugTaken(input.slug)
  forgetStatusViews()
  return created(`/api/status-pages/${id}`, await answerStatusPage(id))
})
