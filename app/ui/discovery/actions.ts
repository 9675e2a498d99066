'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { startDiscovery } from '@/app/api/discoveries/input'
import { roles } from '@/lib/domain/status'
import { asProblem } from '@/lib/problem'
import { forgetBoard } from '@/lib/store/board'
import { cancelDiscovery, deleteDiscovery } from '@/lib/store/discoveries'
import { acceptFound, type Choice, dismissFound, type Overrides, reconsiderFound } from '@/lib/store/found-devices'
import { DiscoveryInput } from '@/lib/wire/rest-discoveries'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { readDiscoveryForm, wordsAtFields } from './discovery-form-data'
import { countWords } from './discovery-words'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Ids = z.array(Id).min(1).max(5000)

/** Begins a search and shows it. */
export async function startSearch(_: FormState, form: FormData): Promise<FormState> {
  const started = await attempt('write', async (session) => {
    try {
      const said = DiscoveryInput.parse(readDiscoveryForm(form))
      return { done: `/discovery/${await startDiscovery(said, session.name)}` }
    } catch (error) {
      return wordsAtFields(asProblem(error)) ?? Promise.reject(error)
    }
  })
  if (started.done) redirect(started.done)
  return started
}

export async function cancelSearch(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    await cancelDiscovery(Id.parse(form.get('id')))
    revalidatePath('/discovery', 'layout')
    return {}
  })
}

/** Forgets a search; what was accepted of it stays. */
export async function removeSearch(_: FormState, form: FormData): Promise<FormState> {
  const removed = await attempt('write', async () => {
    const gone = await deleteDiscovery(Id.parse(form.get('id')))
    if (gone && 'fault' in gone) return { problem: `${gone.fault.charAt(0).toUpperCase()}${gone.fault.slice(1)}.` }
    revalidatePath('/discovery', 'layout')
    return { done: 'gone' }
  })
  if (removed.done) redirect('/discovery')
  return removed
}

const Act = z.enum(['accept', 'accept-all', 'dismiss', 'dismiss-all', 'reconsider'])
const Show = z.enum(['waiting', 'opened', 'pings']).catch('waiting')

/** Accepts or dismisses what was found: the ticked ones, or all that the page could show. */
export async function decideFound(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    const discovery = Id.parse(form.get('discovery'))
    const act = Act.parse(form.get('act'))
    const ids = Ids.safeParse(form.getAll('id'))
    const isAll = act.endsWith('-all')
    if (!isAll && !ids.success) return { problem: 'Select at least one of them first.' }
    const choice: Choice = isAll ? { show: Show.parse(form.get('show')) } : { ids: ids.data ?? [] }
    const answer = await decided(act, discovery, choice, session.name, form)
    forgetBoard()
    revalidatePath('/', 'layout')
    return answer
  })
}

async function decided(
  act: z.infer<typeof Act>,
  discovery: number,
  choice: Choice,
  by: string,
  form: FormData,
): Promise<FormState> {
  if (act === 'reconsider') {
    return {
      done: `${countWords(await reconsiderFound(discovery, 'ids' in choice ? choice.ids : []))} to decide again.`,
    }
  }
  if (act.startsWith('dismiss')) {
    return { done: `${countWords(await dismissFound(discovery, choice, by))} dismissed.` }
  }
  const read = readOverrides(form)
  if ('problem' in read) return read
  const done = await acceptFound(discovery, choice, by, read.overrides)
  if (done === null) return { problem: 'This discovery was deleted meanwhile.' }
  if ('fault' in done) return { problem: `${done.fault.replace(/^name: /, '').replace(/^./, (c) => c.toUpperCase())}.` }
  if (done.accepted.length === 0) return { problem: 'None of them is left to decide: somebody was faster.' }
  const are = done.accepted.length === 1 ? 'is' : 'are'
  return { done: `${countWords(done.accepted.length)} ${are} watched from now on.` }
}

const Name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)

/** Names and roles as they stand in the fields `name-ID` and `role-ID`. */
function readOverrides(form: FormData): { overrides: Overrides } | { problem: string } {
  const overrides = new Map<number, { name?: string; role?: (typeof roles)[number] }>()
  for (const [field, value] of form.entries()) {
    const [, part, id] = /^(name|role)-(\d{1,9})$/.exec(field) ?? []
    if (!part || typeof value !== 'string') continue
    const own = overrides.get(Number(id)) ?? {}
    if (part === 'name') {
      const name = Name.safeParse(value)
      if (!name.success) return { problem: 'Every device needs a name of 1 to 120 characters.' }
      own.name = name.data
    } else {
      const role = z.enum(roles).safeParse(value)
      if (role.success) own.role = role.data
    }
    overrides.set(Number(id), own)
  }
  return { overrides }
}
