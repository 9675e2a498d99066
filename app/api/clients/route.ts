import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { createClient } from '@/lib/store/client-writes'
import { findClient, listClients } from '@/lib/store/clients'
import { ClientInput, ClientQuery } from '@/lib/wire/rest-clients'
import { clientAnswer } from './answer'
import { clientChange, refused } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { items, next } = await listClients(readQuery(request, ClientQuery))
  return { items: items.map(clientAnswer), next }
})

export const POST = guarded('write', async ({ request }) => {
  const input = await readJson(request, ClientInput)
  const made = await createClient({ ...clientChange(input), name: input.name })
  if ('fault' in made) throw refused(made)
  const client = await findClient(made.id)
  return created(`/api/clients/${made.id}`, client && clientAnswer(client))
})
