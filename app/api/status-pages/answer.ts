import type { z } from 'zod'
import { env } from '@/lib/env'
import { notFound } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { findStatusPage, type ListedStatusPage } from '@/lib/store/status-pages'
import type { StatusPageAnswer, StatusPagePatch } from '@/lib/wire/rest-status'

export function statusPageAnswer(page: ListedStatusPage): z.infer<typeof StatusPageAnswer> {
  return {
    id: page.id,
    slug: page.slug,
    title: page.title,
    intro: page.intro,
    public: page.isPublic,
    sites: page.siteIds,
    tags: page.tags,
    history_days: page.historyDays,
    takes_subscribers: page.takesSubscribers,
    time_zone: page.timeZone,
    subscribers: page.subscribers,
    url: `${env().siteUrl}/status/${page.slug}`,
  }
}

export async function answerStatusPage(id: number) {
  const page = await findStatusPage(id)
  if (!page) throw notFound('No status page', id)
  return statusPageAnswer(page)
}

/** What a request says of a page, as the store takes it. */
export function statusPageChange(input: z.output<typeof StatusPagePatch>) {
  return {
    slug: input.slug,
    title: input.title,
    intro: input.intro,
    isPublic: input.public,
    siteIds: input.sites,
    tags: input.tags,
    historyDays: input.history_days,
    takesSubscribers: input.takes_subscribers,
    timeZone: input.time_zone,
  }
}

export const slugTaken = (slug: string | undefined) =>
  new Problem('conflict', `slug: another status page is at /status/${slug}`)
