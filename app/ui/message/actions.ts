'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { orderMessage } from '@/lib/client-message-orders'
import { messageMedia } from '@/lib/domain/message-recipient'
import { mostWaitMinutes } from '@/lib/domain/message-wait'
import { cancelMessage, sendAgain, sendMessage } from '@/lib/store/client-messages'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const Minutes = z.coerce
  .number(`A number of minutes from 1 to ${mostWaitMinutes}.`)
  .int('Whole minutes.')
  .min(1, `A number of minutes from 1 to ${mostWaitMinutes}.`)
  .max(mostWaitMinutes, `A number of minutes from 1 to ${mostWaitMinutes}.`)
const Order = z.object({
  incident: Id,
  template: z.string().max(60).default('Outage'),
  media: z
    .string()
    .default('sms,email')
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(messageMedia)).min(1).max(2)),
  when: z.enum(['now', 'wait'], 'Choose when.'),
  minutes: Minutes.optional(),
  everyone: z.literal('on').optional(),
  silent: z.literal('on').optional(),
})

/** Tells the clients behind an incident, now or after a wait. */
export async function tellClients(_: FormState, form: FormData): Promise<FormState> {
  const parsed = Order.safeParse(filledFields(form))
  if (!parsed.success) return fieldErrors(parsed.error)
  const { incident, template, media, when, minutes, everyone, silent } = parsed.data
  if (when === 'wait' && minutes === undefined) return { errors: { minutes: 'How many minutes?' } }
  let made = 0
  const state = await attempt('write', async (session) => {
    const send = when === 'now' ? ('now' as const) : { waitMinutes: minutes ?? 10 }
    const how = { onlyIfDark: everyone === undefined, followUp: silent === undefined }
    made = await orderMessage({ incidentId: incident, template, media, send, ...how }, session)
    revalidatePath('/', 'layout')
    return {}
  })
  if (made > 0 && form.get('stay') === null) redirect(`/messages/${made}`)
  return state.problem
    ? state
    : { done: when === 'now' ? 'They are being told.' : 'They are told then, if they are still cut off.' }
}

const onMessage = (
  form: FormData,
  work: (id: number, by: { name: string; userId: number | null }) => Promise<unknown>,
  done: string,
) =>
  attempt('write', async (session) => {
    await work(Id.parse(form.get('message')), session)
    revalidatePath('/', 'layout')
    return { done }
  })

/** Sends one that waits, or a draft, at once. */
export async function sendNow(_: FormState, form: FormData): Promise<FormState> {
  return onMessage(form, (id, by) => sendMessage(id, 0, by), 'They are being told.')
}

/** Nobody more is told by it. */
export async function cancel(_: FormState, form: FormData): Promise<FormState> {
  return onMessage(form, (id, by) => cancelMessage(id, by), 'Nobody more is told by it.')
}

/** Sends a part that failed or is in doubt once more. */
export async function again(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    await sendAgain(z.coerce.number().int().positive().parse(form.get('recipient')), session)
    revalidatePath('/messages', 'layout')
    return { done: 'It is sent again.' }
  })
}
