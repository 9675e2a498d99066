import { importDeviceList } from '@/lib/device-list'
import { guarded, readQuery, readText } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { DeviceImportQuery } from '@/lib/wire/rest-import'

const maxBytes = 16 * 1024 * 1024
const texts = new Set([
  'text/csv',
  'text/plain',
  'application/csv',
  'application/vnd.ms-excel',
  'text/xml',
  'application/xml',
])

/**
 * JSON array or CSV, upsert by name; also what LibreNMS, The Dude or RouterOS list, recognised or by `?format=`.
 * `?atomic=1`: all or nothing; `?preview=1`: says what would be done.
 */
export const POST = guarded('write', async ({ request }) => {
  const { atomic = false, preview = false, format, upstream } = readQuery(request, DeviceImportQuery)
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!texts.has(type) && type !== 'application/json') {
    throw new Problem('unsupported-media-type', `Found ${type || 'none'}, expected text/csv or application/json`)
  }
  const text = await readText(request, maxBytes)
  const isJson = type === 'application/json' && format !== 'librenms'
  const meant = format ?? (isJson && !/^\uFEFF?\s*[[{]/.test(text) ? 'json' : undefined)
  const { answer, lines, written } = await importDeviceList(text, { format: meant, upstream, atomic, preview })
  if (written || preview) return answer
  const detail = `Nothing was imported, as ${answer.rejected.length} of ${lines} rows are bad`
  throw new Problem('rejected-import', detail, { members: answer })
})
