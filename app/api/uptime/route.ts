import { uptimeCsv } from '@/lib/domain/uptime-csv'
import { readRange } from '@/lib/domain/uptime-range'
import { guarded, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { readUptime } from '@/lib/store/uptime'
import { UptimeQuery } from '@/lib/wire/rest-uptime'
import { uptimeAnswer } from './answer'

/** How all fared by day, week or month of a zone; as CSV with format=csv. */
export const GET = guarded('read', async ({ request }) => {
  const { of, by, from, to, zone, format } = readQuery(request, UptimeQuery)
  const range = readRange({ from, to }, by, zone, Date.now())
  if ('fault' in range) throw new Problem('invalid-input', range.fault)
  const uptime = await readUptime(of, { by, zone, from: new Date(range.from), to: new Date(range.to) })
  if (format === 'json') return uptimeAnswer(uptime)
  return new Response(uptimeCsv(uptime.periods), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="uptime-${of}-by-${by}.csv"`,
      'cache-control': 'no-store',
    },
  })
})
