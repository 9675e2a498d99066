import { guarded, notFound, pathId, readJson } from '@/lib/guarded'
import { mergeClients } from '@/lib/store/client-merging'
import { findClient } from '@/lib/store/clients'
import { ClientMerge } from '@/lib/wire/rest-clients'
import { clientAnswer } from '../../answer'
import { refused } from '../../input'

/** Makes the client `from` part of the one in the path, and answers what came over. */
export const POST = guarded<{ id: string }>('write', async ({ request, params }) => {
  const id = pathId(params)
  const { from } = await readJson(request, ClientMerge)
  const merged = await mergeClients(id, from)
  if (merged && 'fault' in merged) throw refused(merged)
  const client = await findClient(id)
  if (!merged || !client) throw notFound('No client', id)
  return { ...clientAnswer(client), merged }
})
