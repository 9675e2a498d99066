'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requireUser } from '@/lib/session'
import { forgetBoard } from '@/lib/store/board'
import { forgetJobTags, listDeviceNamesLike } from '@/lib/store/job-pages'
import { createJob, updateJob } from '@/lib/store/job-writes'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { readJobForm } from './job-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Adds a job, or changes the one whose id the form carries; then shows it. */
export async function saveJob(_: FormState, form: FormData): Promise<FormState> {
  let added = false
  const saved = await attempt('write', async () => {
    const read = readJobForm(form)
    if ('errors' in read) return read
    const id = form.get('id')
    added = id === null
    const answer = id === null ? await createJob(read.job) : await updateJob(Id.parse(id), read.job)
    if (answer === null) return { problem: 'This job was deleted meanwhile.' }
    if ('fault' in answer) return faultOf(answer.fault)
    forgetBoard()
    forgetJobTags()
    revalidatePath('/', 'layout')
    return { done: String(answer.job.id) }
  })
  if (saved.done) redirect(`/jobs/${saved.done}${added ? '?new=1' : ''}`)
  return saved
}

/** The store names the field first: `name: another job is called "x"`. */
function faultOf(fault: string): FormState {
  const [, field = '', rest = ''] = /^([a-z_]+): (.+)$/s.exec(fault) ?? []
  return rest ? { errors: { [field]: `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.` } } : { problem: fault }
}

/** Devices to run behind, by a part of their name or address. */
export async function deviceNames(query: string): Promise<string[]> {
  await requireUser()
  return listDeviceNamesLike(String(query).trim().slice(0, 100), 20)
}
