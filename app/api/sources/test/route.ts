import { guarded } from '@/lib/guarded'
import { openedSource, readSource, tryConnection } from '@/lib/source-input'
import { SourceTestInput } from '@/lib/wire/rest-sources'
import { sourceAt } from '../answer'
import { readSaid } from '../input'

/** Tries a connection and says what was really answered. */
export const POST = guarded('write', async ({ request }) => {
  const { id, kind, config } = await readSaid(request, SourceTestInput)
  const before = id === undefined ? null : openedSource(await sourceAt(id))
  return tryConnection(kind, readSource(kind, config, before), request.signal)
})
