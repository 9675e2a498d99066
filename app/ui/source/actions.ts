'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { forgetRemoved } from '@/lib/store/source-run-lists'
import { applyRun, dismissRun, syncNow } from '@/lib/store/source-runs'
import { deleteSource } from '@/lib/store/sources'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { countOf } from './source-words'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Run = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER)

/** Has a keeper read the source at once. */
export async function readNow(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async ({ name }) => {
    const run = await syncNow(Id.parse(form.get('id')), name)
    revalidatePath('/settings/sources', 'layout')
    return run === null ? { problem: 'This source is switched off, or was removed.' } : {}
  })
}

/** Writes what a reading would change. */
export async function applyChanges(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async ({ name }) => {
    const changes = await applyRun(Id.parse(form.get('id')), Run.parse(form.get('run')), name)
    revalidatePath('/', 'layout')
    if (!changes) return { problem: 'These changes do not wait any more: a newer reading took their place.' }
    return { done: `${countOf(changes.counts.total, 'change')} written.` }
  })
}

/** Wants none of it. */
export async function dismissChanges(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async ({ name }) => {
    const done = await dismissRun(Id.parse(form.get('id')), Run.parse(form.get('run')), name)
    revalidatePath('/settings/sources', 'layout')
    return done ? {} : { problem: 'These changes do not wait any more.' }
  })
}

/** The next reading brings back what was removed here. */
export async function bringBack(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const count = await forgetRemoved(Id.parse(form.get('id')))
    revalidatePath('/settings/sources', 'layout')
    return { done: count === 0 ? 'Nothing was left out.' : 'The next reading brings them back.' }
  })
}

export async function removeSource(_: FormState, form: FormData): Promise<FormState> {
  const removed = await attempt('write', async () => {
    await deleteSource(Id.parse(form.get('id')))
    revalidatePath('/', 'layout')
    return { done: 'Removed.' }
  })
  if (removed.done) redirect('/settings/sources')
  return removed
}
