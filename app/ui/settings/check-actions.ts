'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { rhythms, type WantedCheck, wantedChecks } from '@/lib/domain/self-checks'
import { isZone } from '@/lib/domain/wall-clock'
import { env } from '@/lib/env'
import { listCheckedChannels } from '@/lib/store/check-facts'
import { type KeptChecks, readCheckSettings, writeCheckSettings } from '@/lib/store/check-settings'
import { alignChecks, hasMailCheck, hastenCheck } from '@/lib/store/self-checks'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const rhythm = z.enum(rhythms, 'Choose how often.')
const Form = z.object({
  mail: rhythm,
  push: rhythm,
  channels: rhythm,
  time: z.string('Write a time, such as 10:00.').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Expected a time such as 10:00.'),
  zone: z.string('Choose a zone.').refine(isZone, 'Expected a zone such as Europe/Berlin.'),
  keeper: z.literal('on').optional(),
  dead_man: z.coerce.number().int().min(0).max(86_400),
  url: z
    .string()
    .max(2000, 'At most 2000 characters.')
    .refine(
      (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
      'Expected an address that begins with https://',
    )
    .optional(),
})

/** Keeps which checks are made and when; the keeper goes by it within seconds. */
export async function saveChecks(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const parsed = Form.safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    const { time, keeper, dead_man: seconds, url, ...said } = parsed.data
    const deadManUrl = url ?? (await readCheckSettings()).deadManUrl
    if (seconds > 0 && deadManUrl === null)
      return { errors: { url: 'Write the address that the other monitor gave you.' } }
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    const asked = form.getAll('listed').map(String)
    const ticked = new Set(form.getAll('tested').map(String))
    const tested = Object.fromEntries(asked.filter((id) => /^\d{1,9}$/.test(id)).map((id) => [id, ticked.has(id)]))
    const kept: KeptChecks = {
      settings: {
        ...said,
        minute: hours * 60 + minutes,
        keeper: keeper === 'on',
        tested,
        deadManSeconds: seconds || null,
      },
      deadManUrl: seconds > 0 ? deadManUrl : null,
    }
    await writeCheckSettings(kept)
    await alignChecks(await wantedNow(kept), Date.now())
    revalidatePath('/settings/self-checks')
    return { done: 'Saved.' }
  })
}

async function wantedNow({ settings }: KeptChecks): Promise<WantedCheck[]> {
  const { houseMail, mailbox } = env()
  const hasMailbox = (houseMail !== undefined && mailbox !== undefined) || (await hasMailCheck())
  return wantedChecks(settings, { hasMailbox, channels: await listCheckedChannels() })
}

/** Has a check made now, beside its times. */
export async function checkNow(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const key = z.string().max(40).parse(form.get('key'))
    if (!(await hastenCheck(key))) return { problem: 'It is under way already, or not made any more.' }
    revalidatePath('/settings/self-checks')
    return { done: 'It begins within 5 seconds.' }
  })
}
