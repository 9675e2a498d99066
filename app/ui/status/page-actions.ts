'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { limits } from '@/lib/domain/device-fields'
import { historyDays, settleMinutes, slugFault, statusLimits } from '@/lib/domain/status-page'
import { isZone } from '@/lib/domain/wall-clock'
import { forgetStatusViews } from '@/lib/store/status-cache'
import { createStatusPage, deleteStatusPage, updateStatusPage, writeSettleMinutes } from '@/lib/store/status-pages'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const days = `From ${historyDays.min} to ${historyDays.max} days.`
const minutes = `From ${settleMinutes.min} to ${settleMinutes.max} minutes.`
const Page = z.object({
  slug: z.string('Write a word for its address.').superRefine((slug, context) => {
    const fault = slugFault(slug)
    if (fault) context.addIssue({ code: 'custom', message: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.` })
  }),
  title: z.string('Write a title.').max(statusLimits.title, `At most ${statusLimits.title} characters.`),
  intro: z.string().max(statusLimits.intro, `At most ${statusLimits.intro} characters.`).default(''),
  history_days: z.coerce.number(days).int(days).min(historyDays.min, days).max(historyDays.max, days),
  time_zone: z.string('Choose a zone.').refine(isZone, 'Expected a zone such as Europe/Berlin.'),
})
const Chosen = z.object({
  sites: z.array(Id).max(statusLimits.sites),
  tags: z.array(z.string().trim().min(1).max(limits.tag)).max(statusLimits.tags),
})

/** Adds a page, or changes the one whose id the form carries. */
export async function saveStatusPage(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const parsed = Page.safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    const { sites, tags } = Chosen.parse({ sites: form.getAll('site'), tags: form.getAll('tag') })
    const { slug, title, intro, history_days, time_zone } = parsed.data
    const page = {
      slug,
      title,
      intro,
      isPublic: form.get('public') === 'on',
      siteIds: [...new Set(sites)],
      tags: [...new Set(tags)],
      historyDays: history_days,
      takesSubscribers: form.get('takes_subscribers') === 'on',
      timeZone: time_zone,
    }
    const id = form.get('id')
    const answer = id ? await updateStatusPage(Id.parse(id), page) : await createStatusPage(page)
    if (answer === 'taken') return { errors: { slug: 'Another page has this address.' } }
    if (answer === 'unknown') return { problem: 'This page was deleted meanwhile.' }
    forgetStatusViews()
    revalidatePath('/', 'layout')
    return { done: 'Saved.' }
  })
  if (saved.done) redirect('/settings/status-pages')
  return saved
}

export async function removeStatusPage(_: FormState, form: FormData): Promise<FormState> {
  const answer = await attempt('write', async () => {
    await deleteStatusPage(Id.parse(form.get('id')))
    forgetStatusViews()
    revalidatePath('/', 'layout')
    return { done: 'Deleted.' }
  })
  if (answer.done) redirect('/settings/status-pages')
  return answer
}

/** After how long subscribers are told. */
export async function saveSettle(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const parsed = z.coerce.number().int().min(settleMinutes.min).max(settleMinutes.max).safeParse(form.get('minutes'))
    if (!parsed.success || form.get('minutes') === '') return { errors: { minutes: minutes } }
    await writeSettleMinutes(parsed.data)
    revalidatePath('/settings/status-pages')
    return { done: 'Saved.' }
  })
}
