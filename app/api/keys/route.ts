import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { createKey, listKeys } from '@/lib/store/keys'
import { KeyInput, PageQuery } from '@/lib/wire/rest'
import { keyAnswer } from '../answers'
import { pageOf, startAfter } from '../pages'

export const GET = guarded('admin', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const rows = await listKeys({ limit: limit + 1, after: startAfter(cursor, 'number') ?? 0 })
  return pageOf(rows, limit, (key) => key.id, keyAnswer)
})

/** The answer holds the key itself, this once. */
export const POST = guarded('admin', async ({ request }) => {
  const { key, ...made } = await createKey(await readJson(request, KeyInput))
  return created(`/api/keys/${made.id}`, { ...keyAnswer(made), key })
})
