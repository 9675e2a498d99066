'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { readBlackout } from '@/lib/domain/blackout'
import { jobLimits, textFault } from '@/lib/domain/job-fields'
import { createBlackout } from '@/lib/store/blackouts'
import { forgetBoard } from '@/lib/store/board'
import { forgetJobTags } from '@/lib/store/job-pages'
import { deleteJobs, pauseJobs, tagJobs } from '@/lib/store/job-writes'
import { listJobs } from '@/lib/store/jobs'
import { faultAtField } from '../blackout/blackout-form-data'
import { quickBlackout } from '../blackout/quick-blackout'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { readJobSearch } from './job-search'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Ids = z.array(Id).min(1).max(5000)
const mostMatching = 20_000

/** What is ticked, or everything that a search finds. */
async function selectedIds(form: FormData): Promise<number[]> {
  const matching = form.get('matching')
  if (typeof matching !== 'string') return Ids.safeParse(form.getAll('id')).data ?? []
  const { search, ...rest } = z.record(z.string(), z.string()).parse(JSON.parse(matching))
  const query = readJobSearch({ ...rest, ...(search ? { q: search } : {}) })
  const ids: number[] = []
  for (let cursor: string | undefined; ids.length < mostMatching; ) {
    const { items, next } = await listJobs({ ...query, sort: 'created', cursor, limit: 1000 })
    ids.push(...items.map((job) => job.id))
    if (next === null) break
    cursor = next
  }
  return ids
}

const counted = (n: number) => (n === 1 ? '1 job' : `${new Intl.NumberFormat('en').format(n)} jobs`)

/** What can be done with several jobs, or one, at once: the button that sent the form says which. */
export async function changeSelected(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    const ids = await selectedIds(form)
    if (ids.length === 0) return { problem: 'Select at least one job first.' }
    const answer = await deeds(form, ids, session.userId)[String(form.get('do'))]?.()
    forgetBoard()
    forgetJobTags()
    revalidatePath('/', 'layout')
    return answer ?? { problem: 'Nothing was asked.' }
  })
}

const deeds = (form: FormData, ids: number[], userId: number | null): Record<string, () => Promise<FormState>> => ({
  pause: async () => ({ done: `${counted(await pauseJobs(ids, true))} paused.` }),
  resume: async () => ({ done: `${counted(await pauseJobs(ids, false))} expected again.` }),
  tag: async () => tagged(form, (tags) => tagJobs(ids, { add: tags })),
  untag: async () => tagged(form, (tags) => tagJobs(ids, { remove: tags })),
  delete: async () => ({ done: `${counted(await deleteJobs(ids))} deleted.` }),
  blackout: async () => {
    const read = readBlackout(quickBlackout(form, ids, Date.now()), Date.now())
    if ('fault' in read) return faultAtField(read.fault)
    await createBlackout(read.blackout, userId)
    return { done: `Nobody is told of ${counted(ids.length)} for that time.` }
  },
})

async function tagged(form: FormData, change: (tags: string[]) => Promise<number>): Promise<FormState> {
  const tags = [
    ...new Set(
      String(form.get('tags') ?? '')
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ]
  if (tags.length === 0) return { errors: { tags: 'Write at least one tag.' } }
  const fault = tags.map((tag) => textFault(tag, jobLimits.tag)).find((one) => one !== null)
  if (fault) return { errors: { tags: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.` } }
  return { done: `${counted(await change(tags))} changed.` }
}

/** Deletes one job with its history, then shows the list. */
export async function removeJob(_: FormState, form: FormData): Promise<FormState> {
  const answer = await attempt('write', async () => {
    await deleteJobs([Id.parse(form.get('id'))])
    forgetBoard()
    revalidatePath('/', 'layout')
    return { done: 'gone' }
  })
  if (answer.done) redirect('/jobs')
  return answer
}
