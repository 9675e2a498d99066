import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { deleteProfile } from '@/lib/store/snmp-profiles'
import { SnmpProfilePatch } from '@/lib/wire/rest-snmp'
import { changeProfile, profileAnswer, profileAt } from '../input'

type Path = { id: string }

export const GET = guarded<Path>('read', async ({ params }) => profileAnswer(await profileAt(pathId(params))))

/** What is left out is at its default; only what opens devices stays. */
export const PUT = guarded<Path>('write', async ({ request, params }) =>
  change(pathId(params), { port: 161, timeout: 2, retries: 2, ...(await readJson(request, SnmpProfilePatch)) }),
)

export const PATCH = guarded<Path>('write', async ({ request, params }) =>
  change(pathId(params), await readJson(request, SnmpProfilePatch)),
)

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteProfile(id))) throw notFound('No SNMP profile', id)
  return noContent()
})

async function change(id: number, said: SnmpProfilePatch) {
  await changeProfile(id, said)
  return profileAnswer(await profileAt(id))
}
