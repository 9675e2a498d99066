import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { listProfiles } from '@/lib/store/snmp-profiles'
import { PageQuery } from '@/lib/wire/rest'
import { SnmpProfileInput } from '@/lib/wire/rest-snmp'
import { pageOf, startAfter } from '../pages'
import { addProfile, profileAnswer, profileAt } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const after = startAfter(cursor, 'number') ?? -1
  const rows = (await listProfiles()).filter((profile) => profile.position > after).slice(0, limit + 1)
  return pageOf(rows, limit, (profile) => profile.position, profileAnswer)
})

export const POST = guarded('write', async ({ request }) => {
  const id = await addProfile(await readJson(request, SnmpProfileInput))
  return created(`/api/snmp-profiles/${id}`, profileAnswer(await profileAt(id)))
})
