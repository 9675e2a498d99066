import { parseClientCsv } from '@/lib/domain/client-csv'
import { type ClientRow, readClientRecord } from '@/lib/domain/client-import'
import type { Rejected } from '@/lib/domain/device-import'
import { guarded, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { importClients } from '@/lib/store/client-imports'
import { ClientImportQuery } from '@/lib/wire/rest-clients'
import { readImportRecords } from '../../import-records'

const maxRows = 100_000

/** JSON array or CSV, upsert by number, else by name. `?atomic=1`: all or nothing; `?preview=1`: says what would be done. */
export const POST = guarded('write', async ({ request }) => {
  const { atomic = false, preview = false } = readQuery(request, ClientImportQuery)
  const table = await readImportRecords(request, { things: 'clients', parseCsv: parseClientCsv, maxRows })
  const read = table.records.map(readClientRecord)
  const rows = read.filter((row): row is ClientRow => !('reason' in row))
  const rejectedBefore = [...table.rejected, ...read.filter((row): row is Rejected => 'reason' in row)]
  const answer = await importClients(rows, { atomic, preview, rejectedBefore })
  const body = { ...answer, ignored_columns: table.ignoredColumns, preview }
  if (!atomic || answer.rejected.length === 0 || preview) return body
  const detail = `Nothing was imported, as ${answer.rejected.length} of ${read.length + table.rejected.length} rows are bad`
  throw new Problem('rejected-import', detail, { members: body })
})
