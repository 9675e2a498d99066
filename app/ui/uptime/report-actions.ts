'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { lastMonth } from '@/lib/domain/report-month'
import { monthIn } from '@/lib/domain/uptime-periods'
import { isZone } from '@/lib/domain/wall-clock'
import { readReportSettings, sendReportNow, writeReportSettings } from '@/lib/store/reports'
import { uptimeKinds } from '@/lib/store/uptime'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'

const address = /^[^\s@,;:<>"()[\]\\]{1,64}@[^\s@,;:<>"()[\]\\]{1,255}$/
const Form = z.object({
  recipients: z
    .string()
    .default('')
    .transform((text) => [
      ...new Set(
        text
          .split(/[,;\s]+/)
          .filter((part) => part !== '')
          .map((part) => part.toLowerCase()),
      ),
    ])
    .refine((all) => all.every((one) => address.test(one)), 'Expected addresses such as noc@example.net.')
    .refine((all) => all.length <= 20, 'At most 20 addresses.'),
  zone: z.string('Choose a zone.').refine(isZone, 'Expected a zone such as Europe/Berlin.'),
  of: z.enum(uptimeKinds, 'Choose of what.'),
})

/** Keeps who gets the monthly report. The month of the first one is that in which somebody was first named. */
export async function saveReport(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const parsed = Form.safeParse(filledFields(form))
    if (!parsed.success) return fieldErrors(parsed.error)
    const before = await readReportSettings()
    const first = before.recipients.length === 0 ? monthIn(parsed.data.zone, Date.now()) : before.first
    await writeReportSettings({ ...parsed.data, first })
    revalidatePath('/uptime/mail')
    return { done: parsed.data.recipients.length === 0 ? 'Saved. Nobody gets it.' : 'Saved.' }
  })
}

/** Sends the report of the month before to everybody now. */
export async function sendLastReport(): Promise<FormState> {
  return attempt('write', async () => {
    const { recipients, zone } = await readReportSettings()
    if (recipients.length === 0) return { problem: 'Nobody gets it: name somebody and save first.' }
    const now = new Date()
    for (const recipient of recipients) await sendReportNow(lastMonth(zone, now.getTime()), recipient, now)
    revalidatePath('/uptime/mail')
    return { done: 'On its way within 15 seconds.' }
  })
}
