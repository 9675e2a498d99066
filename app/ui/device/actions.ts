'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { forgetBoard } from '@/lib/store/board'
import { createDevice, deleteDevices, pauseDevices, updateDevice } from '@/lib/store/devices'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { readDeviceForm } from './device-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Ids = z.array(Id).min(1).max(1000)

/** Adds a device, or changes the one whose id the form carries; then shows it. */
export async function saveDevice(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const read = readDeviceForm(form)
    if ('errors' in read) return read
    const id = form.get('id')
    const device = { ...read.device, ...chosenClient(form, read.device.client) }
    const answer = id === null ? await createDevice(device) : await updateDevice(Id.parse(id), device)
    if (answer === null) return { problem: 'This device was deleted meanwhile.' }
    if ('fault' in answer) return faultOf(answer.fault)
    revalidatePath('/', 'layout')
    return { done: String(answer.id) }
  })
  if (saved.done) redirect(`/devices/${saved.done}`)
  return saved
}

/** The client that was picked from the list, as long as the text still says so: two may be called the same. */
function chosenClient(form: FormData, client: string | null | undefined): { client?: number } {
  const id = Id.safeParse(form.get('client_id'))
  return id.success && client && client === form.get('client_label') ? { client: id.data } : {}
}

/** The store names the field first: `name: another device is called "x"`. */
function faultOf(fault: string): FormState {
  const [field = '', ...rest] = fault.split(': ')
  const text = rest.join(': ')
  return text && /^[a-z_]+$/.test(field)
    ? { errors: { [field]: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` } }
    : { problem: fault }
}

export async function pauseSelected(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const ids = Ids.safeParse(form.getAll('id'))
    if (!ids.success) return { problem: 'Select at least one device first.' }
    const paused = form.get('paused') === '1'
    const changed = await pauseDevices(ids.data, paused)
    revalidatePath('/', 'layout')
    const things = changed === 1 ? '1 device' : `${changed} devices`
    return { done: paused ? `${things} paused.` : `${things} watched again.` }
  })
}

/** Deletes a device with its history, then shows the list. */
export async function removeDevice(_: FormState, form: FormData): Promise<FormState> {
  const answer = await attempt('write', async () => {
    await deleteDevices([Id.parse(form.get('id'))])
    forgetBoard()
    revalidatePath('/', 'layout')
    return { done: 'gone' }
  })
  if (answer.done) redirect('/devices')
  return answer
}
