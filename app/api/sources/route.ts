import { created, guarded, readQuery } from '@/lib/guarded'
import { listSources } from '@/lib/store/sources'
import { PageQuery } from '@/lib/wire/rest'
import { SourceInput } from '@/lib/wire/rest-sources'
import { pageOf, startAfter } from '../pages'
import { sourceAnswer, sourceAt } from './answer'
import { addSource, readSaid } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { limit, cursor } = readQuery(request, PageQuery)
  const after = startAfter(cursor, 'string')
  const all = await listSources()
  const rows = after === undefined ? all : all.slice(all.findIndex((source) => source.name === after) + 1)
  return pageOf(rows.slice(0, limit + 1), limit, (source) => source.name, sourceAnswer)
})

export const POST = guarded('write', async ({ request }) => {
  const id = await addSource(await readSaid(request, SourceInput))
  return created(`/api/sources/${id}`, sourceAnswer(await sourceAt(id)))
})
