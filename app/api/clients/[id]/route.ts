import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { type ClientChange, deleteClient, updateClient } from '@/lib/store/client-writes'
import { findClient } from '@/lib/store/clients'
import { ClientInput, ClientPatch } from '@/lib/wire/rest-clients'
import { clientAnswer } from '../answer'
import { clientChange, refused } from '../input'

type Path = { id: string }

export const GET = guarded<Path>('read', async ({ params }) => answer(pathId(params)))

export const PUT = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), clientChange(await readJson(request, ClientInput)))
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  return change(pathId(params), clientChange(await readJson(request, ClientPatch)))
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await deleteClient(id))) throw notFound('No client', id)
  return noContent()
})

async function change(id: number, said: ClientChange) {
  const result = await updateClient(id, said)
  if (result && 'fault' in result) throw refused(result)
  return answer(id)
}

async function answer(id: number) {
  const client = await findClient(id)
  if (!client) throw notFound('No client', id)
  return clientAnswer(client)
}
