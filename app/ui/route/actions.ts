'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { type CompiledPriority, compilePriority, type PriorityFault } from '@/lib/domain/priority'
import { type MatchPreview, type PriorityPreview, previewCondition, previewPriority } from '@/lib/past-preview'
import { asProblem } from '@/lib/problem'
import { requireAction, requireUser } from '@/lib/session'
import { createRoute, deleteRoute, listRoutes, updateRoute, writePriority } from '@/lib/store/routes'
import { type RuleChange, type WhatIf, whatIf } from '@/lib/what-if'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { readConditionForm, readRouteForm } from './route-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Adds a route, or changes the one whose id the form carries; then shows the list. */
export async function saveRoute(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const read = readRouteForm(form)
    if ('errors' in read) return read
    const id = form.get('id')
    const kept = id === null ? await createRoute(read.route) : await updateRoute(Id.parse(id), read.route)
    if (!kept) return { problem: 'This route was deleted meanwhile.' }
    if ('fault' in kept) return { problem: `${kept.fault.charAt(0).toUpperCase()}${kept.fault.slice(1)}.` }
    revalidatePath('/routes', 'layout')
    return { done: 'saved' }
  })
  if (saved.done) redirect('/routes')
  return saved
}

export async function removeRoute(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    await deleteRoute(Id.parse(form.get('id')))
    revalidatePath('/routes', 'layout')
    return { done: 'Deleted.' }
  })
}

/** Saves the priority expression; one with a mistake stays in the form, which shows where it is. */
export async function savePriority(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const text = String(form.get('expression') ?? '')
    const read = compilePriority(text)
    if ('fault' in read) return { errors: { expression: faultWords(read.fault) } }
    await writePriority(text)
    revalidatePath('/routes', 'layout')
    return { done: 'saved' }
  })
  if (saved.done) redirect('/routes')
  return saved
}

const faultWords = ({ line, column, message }: PriorityFault) => `Line ${line}, column ${column}: ${message}.`

/** What the last 30 days would have been; null while the expression has a mistake. */
export async function tryPriority(text: string): Promise<PriorityPreview | null> {
  await requireUser()
  const read = compilePriority(String(text))
  return 'fault' in read ? null : previewPriority(read)
}

/** Which incidents of the last 30 days a route would have been for; null while the form has a mistake. */
export async function tryRoute(form: FormData): Promise<MatchPreview | null> {
  await requireUser()
  const read = readConditionForm(form)
  return 'errors' in read ? null : previewCondition(read.condition)
}

export type Asked = { answer: WhatIf } | { problem: string }

/** What would have been told if the route of the form had been there, or had been like this. */
export async function whatIfRoute(form: FormData): Promise<Asked> {
  const read = readRouteForm(form)
  if ('errors' in read) return { problem: Object.values(read.errors)[0] ?? '' }
  const { route } = read
  return asked(async () => {
    const standing = await listRoutes()
    const id = form.get('id') === null ? 0 : Id.parse(form.get('id'))
    const routes = standing.map((one) => (one.id === id ? { id, ...route } : one))
    return { routes: id === 0 ? [...routes, { id, ...route }] : routes }
  })
}

/** What would have been told if the expression had been this. */
export async function whatIfPriority(text: string): Promise<Asked> {
  const read = compilePriority(String(text))
  if ('fault' in read) return { problem: faultWords(read.fault) }
  const priority: CompiledPriority = read
  return asked(async () => ({ priority }))
}

async function asked(change: () => Promise<RuleChange>): Promise<Asked> {
  try {
    await requireAction('write')
    return { answer: await whatIf(await change()) }
  } catch (error) {
    return { problem: `${asProblem(error).message}.` }
  }
}
