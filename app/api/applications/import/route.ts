import { guarded, readQuery, readText } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { importRegistry } from '@/lib/registry'
import { RegistryImportQuery } from '@/lib/wire/rest-jobs'

const maxBytes = 32 * 1024 * 1024 // more would hold up the heartbeats that this process takes: the command line has no bound
const csvTypes = ['text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel']

/**
 * Our own registry as CSV or JSON, or a list of Healthchecks, Uptime Kuma or heartbeat.sh. `?dry_run=1` says what would be
 * done, `?atomic=1` writes all of it or nothing.
 */
export const POST = guarded('write', async ({ request }) => {
  const { atomic = false, dry_run: dryRun = false } = readQuery(request, RegistryImportQuery)
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!csvTypes.includes(type) && type !== 'application/json') {
    throw new Problem('unsupported-media-type', `Found ${type || 'none'}, expected text/csv or application/json`)
  }
  const text = await readText(request, maxBytes)
  const answer = await importRegistry(text, { type: csvTypes.includes(type) ? 'csv' : 'json', atomic, dryRun })
  if (!atomic || dryRun || answer.rejected.length === 0) return answer
  const detail = `Nothing was imported, as ${answer.rejected.length} lines are not taken`
  throw new Problem('rejected-import', detail, { members: { ...answer, created: 0, updated: 0 } })
})
