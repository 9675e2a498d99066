'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { limits } from '@/lib/domain/device-fields'
import { type PingRule, ruleFault } from '@/lib/domain/inheritance'
import { env } from '@/lib/env'
import { writeIsolation } from '@/lib/store/isolation-settings'
import { createSite, deleteSite, updateSite } from '@/lib/store/sites'
import { attempt } from '../form/attempt'
import { type FormState, fieldErrors, filledFields } from '../form/form-state'
import { readRule } from './rule-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)
const degrees = (most: number, word: string) =>
  z.coerce
    .number(`Expected degrees, such as ${word}.`)
    .min(-most, `From -${most} to ${most}.`)
    .max(most, `From -${most} to ${most}.`)
const Site = z.object({
  name: z.string('Write a name.').max(limits.site, `At most ${limits.site} characters.`),
  latitude: degrees(90, '48.137').optional(),
  longitude: degrees(180, '11.575').optional(),
  snmp_profile: z.string().max(limits.snmpProfile).optional(),
})

const sentence = (fault: string) => `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`

/** Adds a site, or changes the one whose id the form carries; then shows all of them. */
export async function saveSite(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const fields = filledFields(form)
    const parsed = Site.safeParse(fields)
    const { rule, errors } = readRule(fields)
    if (!parsed.success) return { errors: { ...fieldErrors(parsed.error).errors, ...errors } }
    if (Object.keys(errors).length > 0) return { errors }
    const { name, latitude = null, longitude = null, snmp_profile: snmpProfile = null } = parsed.data
    const values = {
      name,
      latitude,
      longitude,
      snmpProfile,
      pingInterval: rule.interval,
      pingTimeout: rule.timeout,
      isolateMisses: rule.misses,
      isolateSeconds: rule.within,
    }
    const id = fields.id
    const answer = id ? await updateSite(Id.parse(id), values) : await createSite({ ...values, timeZone: null })
    if (answer === 'taken' || answer === null) return { errors: { name: 'Another site is called this.' } }
    if (typeof answer === 'object') return { errors: { within: sentence(answer.fault) } }
    if (answer === 'unknown') return { problem: 'This site was deleted meanwhile.' }
    revalidatePath('/', 'layout')
    return { done: 'Saved.' }
  })
  if (saved.done && form.get('id')) redirect('/settings/sites')
  return saved
}

export async function removeSite(_: FormState, form: FormData): Promise<FormState> {
  const answer = await attempt('write', async () => {
    await deleteSite(Id.parse(form.get('id')))
    revalidatePath('/', 'layout')
    return { done: 'Deleted.' }
  })
  if (answer.done) redirect('/settings/sites')
  return answer
}

/** The rule of everything that says nothing of its own. */
export async function saveIsolation(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const { rule, errors } = readRule(filledFields(form))
    for (const [part, value] of Object.entries(rule)) if (value === null) errors[part] ??= 'Expected a number.'
    if (Object.keys(errors).length > 0) return { errors }
    const fault = ruleFault(rule as PingRule, env().confirmInterval)
    if (fault) return { errors: { within: sentence(fault) } }
    const written = await writeIsolation(rule as PingRule)
    if (written !== 'written') return { errors: { within: sentence(written.fault) } }
    revalidatePath('/settings/isolation')
    return { done: 'Saved. The probes follow within a second.' }
  })
}
