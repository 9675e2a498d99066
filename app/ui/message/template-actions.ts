'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { type Sample, sampleOf } from '@/lib/client-message-preview'
import { messageMedia, optOutWay } from '@/lib/domain/message-recipient'
import { Problem } from '@/lib/problem'
import { MessageSettings, writeMessageSettings } from '@/lib/store/message-settings'
import { copyTemplate, readTemplate, removeTemplate, removeWords, saveWords } from '@/lib/store/message-templates'
import { optIn, optOut } from '@/lib/store/opt-outs'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const Name = z.string('Give it a name.').trim().min(1, 'Give it a name.').max(60, 'At most 60 characters.')
const Which = z.object({
  name: Name,
  part: z.enum(['first', 'follow_up']),
  language: z
    .string('Name a language.')
    .trim()
    .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})?$/, 'A language such as en or es-MX.'),
  medium: z.enum(messageMedia),
})
const Words = Which.extend({
  subject: z.string().max(200, 'At most 200 characters.').default(''),
  body: z.string('Write what they read.').max(4000, 'At most 4,000 characters.'),
})

/** What the words make of a real incident, or why they make nothing. */
export async function previewWords(said: unknown): Promise<{ sample: Sample } | { fault: string }> {
  const parsed = Words.safeParse(said)
  if (!parsed.success) return { fault: parsed.error.issues[0]?.message ?? 'Not whole' }
  const answer: { made: { sample: Sample } | { fault: string } } = { made: { fault: '' } }
  const state = await attempt('read', async () => {
    answer.made = await sampleOf(parsed.data.part, parsed.data)
    return {}
  })
  return state.problem ? { fault: state.problem } : answer.made
}

/** Keeps the words of one language and medium, once they make something. */
export async function keepWords(_: FormState, form: FormData): Promise<FormState> {
  const parsed = Words.safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  const { name, part, ...words } = parsed.data
  if (words.medium === 'email' && words.subject === '') return { errors: { subject: 'An e-mail has a subject.' } }
  return attempt('write', async () => {
    if (!(await readTemplate(name))) throw new Problem('not-found', `No template is called ${name}`)
    const made = await sampleOf(part, words)
    if ('fault' in made) return { errors: { body: made.fault } }
    await saveWords(name, part, { ...words, language: words.language.toLowerCase() })
    revalidatePath('/messages', 'layout')
    return { done: 'Kept.' }
  })
}

/** Takes words out, or puts the shipped ones back. */
export async function dropWords(_: FormState, form: FormData): Promise<FormState> {
  const { name, part, language, medium } = Which.parse(filledFields(form))
  return attempt('write', async () => {
    await removeWords(name, part, language, medium)
    revalidatePath('/messages', 'layout')
    return { done: 'Done.' }
  })
}

/** Makes a template with the words of another. */
export async function makeTemplate(_: FormState, form: FormData): Promise<FormState> {
  const parsed = z.object({ name: Name, from: Name }).safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  const state = await attempt('write', async () => {
    await copyTemplate(parsed.data.name, parsed.data.from)
    revalidatePath('/messages', 'layout')
    return {}
  })
  if (!state.problem) redirect(`/messages/templates?name=${encodeURIComponent(parsed.data.name)}`)
  return state
}

export async function dropTemplate(_: FormState, form: FormData): Promise<FormState> {
  const name = Name.parse(form.get('name'))
  const state = await attempt('write', async () => {
    await removeTemplate(name)
    revalidatePath('/messages', 'layout')
    return {}
  })
  if (!state.problem) redirect('/messages/templates')
  return state
}

/** How clients are written to. */
export async function keepSettings(_: FormState, form: FormData): Promise<FormState> {
  const parsed = MessageSettings.safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  return attempt('write', async () => {
    await writeMessageSettings(parsed.data)
    revalidatePath('/', 'layout')
    return { done: 'Kept.' }
  })
}

const Address = z.object({
  medium: z.enum(messageMedia),
  address: z.string('Which number or address?').trim().min(3, 'Which number or address?').max(320),
})

/** Somebody said so to an operator. */
export async function addOptOut(_: FormState, form: FormData): Promise<FormState> {
  const parsed = z.object({ address: Address.shape.address }).safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  const way = optOutWay(parsed.data.address)
  if ('fault' in way) return { errors: { address: `${way.fault.charAt(0).toUpperCase()}${way.fault.slice(1)}.` } }
  return attempt('write', async (session) => {
    const isNew = await optOut({ ...way, how: session.name })
    revalidatePath('/messages', 'layout')
    return { done: isNew ? 'Nothing more goes there.' : 'It was so already.' }
  })
}

/** Takes that back. */
export async function dropOptOut(_: FormState, form: FormData): Promise<FormState> {
  const way = Address.parse(filledFields(form))
  return attempt('write', async () => {
    await optIn(way)
    revalidatePath('/messages', 'layout')
    return { done: 'Messages go there again.' }
  })
}
