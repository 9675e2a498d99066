import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { createBlackout, listBlackouts } from '@/lib/store/blackouts'
import { readCursor } from '@/lib/wire/cursor'
import { BlackoutInput, BlackoutQuery } from '@/lib/wire/rest-blackouts'
import { blackoutAnswer, blackoutAt } from './answer'
import { blackoutRule } from './input'

export const GET = guarded('read', async ({ request }) => {
  const { live, target, limit, cursor } = readQuery(request, BlackoutQuery)
  if (cursor !== undefined && !readCursor(cursor, ['id'])) {
    throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  }
  const { items, next } = await listBlackouts({ live, targetId: target, limit, cursor })
  const now = Date.now()
  return { items: items.map((blackout) => blackoutAnswer(blackout, now)), next }
})

export const POST = guarded('write', async ({ request, session }) => {
  const rule = await blackoutRule(await readJson(request, BlackoutInput), null)
  const { id } = await createBlackout(rule, session.userId)
  return created(`/api/blackouts/${id}`, blackoutAnswer(await blackoutAt(id), Date.now()))
})
