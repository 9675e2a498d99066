import { guarded, readQuery } from '@/lib/guarded'
import { listEverySuggestion } from '@/lib/store/suggestion-list'
import { SuggestionQuery } from '@/lib/wire/rest-facts'
import { pageOf, startAfter } from '../pages'
import { suggestionAnswer } from './answer'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor, device, open } = readQuery(request, SuggestionQuery)
  const before = Math.min(startAfter(cursor, 'number') ?? 2_147_483_647, 2_147_483_647)
  const rows = await listEverySuggestion({ deviceId: device, open, limit: limit + 1, before })
  return pageOf(rows, limit, (row) => row.id, suggestionAnswer)
})
