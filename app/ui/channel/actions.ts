'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { addChannel, changeChannel } from '@/app/api/channels/input'
import { configFaults, openedConfig } from '@/lib/channel-input'
import { previewPayload } from '@/lib/channel-preview'
import { type ChannelKind, channelKinds } from '@/lib/domain/channel-kind'
import { testWords } from '@/lib/domain/channel-state'
import { Problem } from '@/lib/problem'
import { requireAction } from '@/lib/session'
import { deleteChannel, findChannel } from '@/lib/store/channel-writes'
import { sendTest } from '@/lib/test-channel'
import { ChannelInput, ChannelPatch } from '@/lib/wire/rest-channels'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { faultsAtFields, readChannelForm, readConfigForm } from './channel-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Adds a channel and shows it, to be tested; or changes the one whose id the form carries and shows the list. */
export async function saveChannel(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', () => {
    const id = form.get('id')
    return id === null ? add(form) : change(Id.parse(id), form)
  })
  if (saved.done) redirect(saved.done)
  return saved
}

async function add(form: FormData): Promise<FormState> {
  const kind = z.enum(channelKinds).parse(form.get('kind'))
  const asked = readChannelForm(kind, form, [])
  const read = ChannelInput.safeParse(asked)
  const faults = [...faultsOf(read.error), ...configFaults(kind, asked.config ?? {}, null)]
  if (!read.success || faults.length > 0) return faultsAtFields(kind, faults)
  return said(kind, async () => `/channels/${await addChannel(read.data)}?new=1`)
}

async function change(id: number, form: FormData): Promise<FormState> {
  const standing = await findChannel(id)
  if (!standing) return { problem: 'This channel was deleted meanwhile.' }
  const { kind } = standing
  const before = openedConfig(standing)
  const asked = readChannelForm(kind, form, Object.keys(before ?? {}))
  const read = ChannelPatch.safeParse(asked)
  const faults = [...faultsOf(read.error), ...configFaults(kind, asked.config ?? {}, before)]
  if (!read.success || faults.length > 0) return faultsAtFields(kind, faults)
  return said(kind, async () => ((await changeChannel(read.data, standing)) ? '/channels' : null))
}

async function said(kind: ChannelKind, save: () => Promise<string | null>): Promise<FormState> {
  try {
    const next = await save()
    if (next === null) return { problem: 'This channel was deleted meanwhile.' }
    revalidatePath('/', 'layout')
    return { done: next }
  } catch (error) {
    const errors = error instanceof Problem ? Errors.safeParse(error.members.errors).data : undefined
    if (!errors) throw error
    return faultsAtFields(kind, errors)
  }
}

const Errors = z.array(z.object({ at: z.string(), message: z.string() })).min(1)
const faultsOf = (error: z.ZodError | undefined) =>
  (error?.issues ?? []).map(({ path, message }) => ({ at: path.join('.'), message }))

/** Sends a test and says what was really answered. */
export async function testChannel(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const id = Id.parse(form.get('id'))
    if (!(await findChannel(id))) return { problem: 'This channel was deleted meanwhile.' }
    const answer = await sendTest(id, AbortSignal.timeout(60_000))
    revalidatePath('/channels', 'layout')
    return answer.ok ? { done: testWords(answer) } : { problem: testWords(answer) }
  })
}

export async function removeChannel(_: FormState, form: FormData): Promise<FormState> {
  const removed = await attempt('write', async () => {
    const gone = await deleteChannel(Id.parse(form.get('id')))
    if (gone && 'fault' in gone) return { problem: `${gone.fault.charAt(0).toUpperCase()}${gone.fault.slice(1)}.` }
    revalidatePath('/', 'layout')
    return { done: 'Deleted.' }
  })
  if (removed.done) redirect('/channels')
  return removed
}

/** What a webhook of this form would send for an incident. Sends nothing. */
export async function showPayload(
  form: FormData,
  incidentId: number | null,
): Promise<{ payload: string } | { fault: string }> {
  await requireAction('write')
  const id = form.get('id')
  const standing = id === null ? null : await findChannel(Id.parse(id))
  const before = standing ? openedConfig(standing) : null
  const { template, headers } = readConfigForm('webhook', form, [])
  return previewPayload({ template, headers }, before, incidentId === null ? null : Id.parse(incidentId))
}
