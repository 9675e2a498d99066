'use server'
import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { startDiscovery } from '@/app/api/discoveries/input'
import { addProfile, changeProfile } from '@/app/api/snmp-profiles/input'
import { parseAddress } from '@/lib/domain/address'
import { parseRanges } from '@/lib/domain/address-range'
import { asProblem, Problem } from '@/lib/problem'
import { writeAllowedRanges } from '@/lib/store/discovery-ranges'
import { deleteProfile, keptCredentials, listProfiles, orderProfiles } from '@/lib/store/snmp-profiles'
import { SnmpProfileInput, SnmpProfilePatch } from '@/lib/wire/rest-snmp'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { errorsAt, errorsOf, faultsOf, missingOf, readProfileForm } from './profile-form-data'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** Adds a profile, to be tried at once; or changes the one whose id the form carries and shows the list. */
export async function saveProfile(_: FormState, form: FormData): Promise<FormState> {
  const saved = await attempt('write', async () => {
    const id = form.get('id') === null ? null : Id.parse(form.get('id'))
    const said = readProfileForm(form)
    const read = id === null ? SnmpProfileInput.safeParse(said) : SnmpProfilePatch.safeParse(said)
    const missing = missingOf(said.credentials, id === null ? null : await keptCredentials(id))
    if (!read.success || missing.length > 0) return errorsAt([...faultsOf(read.error), ...missing])
    try {
      const next = await keep(id, read.data)
      revalidatePath('/', 'layout')
      return { done: next }
    } catch (error) {
      return errorsOf(asProblem(error)) ?? Promise.reject(error)
    }
  })
  if (saved.done) redirect(saved.done)
  return saved
}

async function keep(id: number | null, said: SnmpProfilePatch): Promise<string> {
  if (id === null) return `/settings/snmp/${await addProfile(SnmpProfileInput.parse(said))}?new=1`
  await changeProfile(id, said)
  return '/settings/snmp'
}

export async function removeProfile(_: FormState, form: FormData): Promise<FormState> {
  const removed = await attempt('write', async () => {
    await deleteProfile(Id.parse(form.get('id')))
    revalidatePath('/', 'layout')
    return { done: 'Deleted.' }
  })
  if (removed.done) redirect('/settings/snmp')
  return removed
}

/** Moves a profile one place up or down in the order in which they are tried. */
export async function moveProfile(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async () => {
    const id = Id.parse(form.get('id'))
    const ids = (await listProfiles()).map((profile) => profile.id)
    const from = ids.indexOf(id)
    const to = from + (form.get('to') === 'up' ? -1 : 1)
    const other = ids[to]
    if (from >= 0 && other !== undefined) {
      ids[to] = id
      ids[from] = other
      await orderProfiles(ids)
    }
    revalidatePath('/settings/snmp')
    return {}
  })
}

/** Has a probe ask one address with this profile alone, and shows how that goes. */
export async function tryProfile(_: FormState, form: FormData): Promise<FormState> {
  const tried = await attempt('write', async (session) => {
    const read = parseAddress(String(form.get('address') ?? ''))
    if ('fault' in read) {
      return { errors: { address: `${read.fault.charAt(0).toUpperCase()}${read.fault.slice(1)}.` } }
    }
    const parsed = parseRanges(read.address)
    if ('fault' in parsed) return { errors: { address: `${parsed.fault}.` } }
    const profiles = [Id.parse(form.get('id'))]
    try {
      const id = await startDiscovery(
        { ranges: parsed.ranges, seeds: [], site: null, profiles, rate: 250 },
        session.name,
      )
      return { done: `/discovery/${id}` }
    } catch (error) {
      if (error instanceof Problem && error.code === 'invalid-input') {
        return { errors: { address: `${error.message.replace(/^ranges: /, '')}.` } }
      }
      throw error
    }
  })
  if (tried.done) redirect(tried.done)
  return tried
}

/** Sets the ranges that a discovery may look at; an empty field allows none. */
export async function saveRanges(_: FormState, form: FormData): Promise<FormState> {
  return attempt('admin', async () => {
    const text = String(form.get('ranges') ?? '').trim()
    const read = text === '' ? { ranges: [] } : parseRanges(text)
    if ('fault' in read) return { errors: { ranges: `${read.fault.charAt(0).toUpperCase()}${read.fault.slice(1)}.` } }
    await writeAllowedRanges(read.ranges)
    revalidatePath('/', 'layout')
    return { done: read.ranges.length === 0 ? 'Saved. No discovery may look anywhere now.' : 'Saved.' }
  })
}
