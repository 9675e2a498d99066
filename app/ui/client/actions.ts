'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { requireUser } from '@/lib/session'
import { mergeClients } from '@/lib/store/client-merging'
import { createClient, deleteClient, updateClient } from '@/lib/store/client-writes'
import { type ClientChoice, searchClients } from '@/lib/store/clients'
import { searchDevices } from '@/lib/store/search'
import type { Chip } from '../blackout/chip-picker'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { readClientForm } from './client-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Adds a client, or changes the one whose id the form carries; then shows it. */
export async function saveClient(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const read = readClientForm(form)
    if ('errors' in read) return read
    const id = form.get('id')
    const answer = id === null ? await createClient(read.client) : await updateClient(Id.parse(id), read.client)
    if (answer === null) return { problem: 'This client was removed meanwhile.' }
    if ('fault' in answer) return faultOf(answer.fault)
    revalidatePath('/', 'layout')
    return { done: String(answer.id) }
  })
  if (saved.done) redirect(`/clients/${saved.done}`)
  return saved
}

/** The store names the field first: `name: another client is called "x"`. */
function faultOf(fault: string): FormState {
  const [field = '', ...rest] = fault.split(': ')
  const text = rest.join(': ')
  const name = field === 'devices' ? 'device' : field
  return text && /^[a-z_]+$/.test(field)
    ? { errors: { [name]: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` } }
    : { problem: fault }
}

/** Removes a client; its devices stay. Then shows the list. */
export async function removeClient(_: FormState, form: FormData): Promise<FormState> {
  const answer = await attempt('write', async () => {
    await deleteClient(Id.parse(form.get('id')))
    revalidatePath('/', 'layout')
    return { done: 'gone' }
  })
  if (answer.done) redirect('/clients')
  return answer
}

/** Makes the client that was chosen part of the one of the page; then shows that. */
export async function mergeIntoClient(_: FormState, form: FormData): Promise<FormState> {
  const answer = await attempt('write', async () => {
    const from = Id.safeParse(form.get('from'))
    if (!from.success) return { problem: 'Choose the other client first.' }
    const id = Id.parse(form.get('id'))
    const merged = await mergeClients(id, from.data)
    if (merged === null) return { problem: 'This client was removed meanwhile.' }
    if ('fault' in merged) return { problem: `${merged.fault}.` }
    revalidatePath('/', 'layout')
    return { done: String(id) }
  })
  if (answer.done) redirect(`/clients/${answer.done}`)
  return answer
}

/** Clients by a part of their name or number, for fields that choose one. */
export async function findClients(query: string): Promise<ClientChoice[]> {
  await requireUser()
  return searchClients(asked(query), 8)
}

/** Devices by a part of their name or address, for the form of a client. */
export async function findDevices(query: string): Promise<Chip[]> {
  await requireUser()
  const found = await searchDevices(asked(query), 8)
  return found.map(({ id, name, address, siteName }) => ({
    value: String(id),
    word: name,
    detail: [address, siteName].filter(Boolean).join(' · '),
  }))
}

const asked = (query: string) => String(query).replaceAll('\u0000', '').trim().slice(0, 100)
