import { guarded, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { listBeats } from '@/lib/store/beats'
import { HeartbeatQuery } from '@/lib/wire/rest-jobs'
import { applicationAt, heartbeatAnswer, type Path } from '../../answer'

/** The newest first: what came, and what was missed. */
export const GET = guarded<Path>('read', async ({ request, params }) => {
  const { from, to, cursor, limit } = readQuery(request, HeartbeatQuery)
  if (cursor !== undefined && !/^\d{1,15}_\d{1,9}$/.test(cursor)) {
    throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  }
  const { id } = await applicationAt(params)
  const { items, next } = await listBeats(id, { limit, cursor, from: instant(from), to: instant(to) })
  return { items: items.map(heartbeatAnswer), next }
})

const instant = (text: string | undefined) => (text === undefined ? undefined : new Date(text))
