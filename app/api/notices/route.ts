import { guarded, readQuery } from '@/lib/guarded'
import { listNotices } from '@/lib/store/incidents'
import { NoticeQuery } from '@/lib/wire/rest'
import { noticeAnswer } from '../answers'
import { pageOf, startAfter } from '../pages'

/** What was sent where, the newest first. */
export const GET = guarded('read', async ({ request }) => {
  const { incident, limit, cursor } = readQuery(request, NoticeQuery)
  const before = startAfter(cursor, 'number')
  const rows = await listNotices({ incidentId: incident, before, limit: limit + 1 })
  return pageOf(rows, limit, (notice) => notice.id, noticeAnswer)
})
