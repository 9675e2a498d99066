import { heardSoFar, joinWake, nextEvent } from '@/lib/event-wake'
import { guarded, readQuery } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { sessionOfRequest } from '@/lib/session'
import { lastEventId, listEvents, type StoredEvent } from '@/lib/store/events'
import { EventsQuery } from '@/lib/wire/rest'

const heartbeatMs = 15_000
const atOnce = 500

/** The ordered log after an id: a page of it as JSON, or all there is and will be as text/event-stream. */
export const GET = guarded('read', async ({ request }) => {
  const { after, limit } = readQuery(request, EventsQuery)
  if (request.headers.get('accept')?.includes('text/event-stream')) {
    return stream(request, resumeFrom(request) ?? after ?? (await lastEventId()))
  }
  const rows = await listEvents({ after: after ?? 0, limit: limit + 1 })
  const items = rows.slice(0, limit).map(({ type, event }) => ({ type, ...event }))
  return { items, next: rows.length > limit ? String(items.at(-1)?.event_id) : null }
})

/** What an EventSource sends when it comes back by itself. */
function resumeFrom(request: Request): number | undefined {
  const header = request.headers.get('last-event-id')
  if (header === null) return undefined
  if (!/^\d{1,15}$/.test(header)) throw new Problem('invalid-input', 'Last-Event-ID: expected the id of an event')
  return Number(header)
}

function stream(request: Request, after: number): Response {
  const gone = new AbortController()
  const leave = joinWake()
  const end = () => {
    gone.abort()
    leave()
  }
  request.signal.addEventListener('abort', end)
  let cancelled = false
  const source = tail(request, after, gone.signal)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await source.next().catch(() => ({ value: undefined, done: true as const }))
      if (!done && value !== undefined) return controller.enqueue(new TextEncoder().encode(value))
      end()
      if (!cancelled) controller.close()
    },
    cancel() {
      cancelled = true
      end()
    },
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}

/** Pieces of the stream: events as they are committed, a comment when nothing came for a while. */
async function* tail(request: Request, after: number, signal: AbortSignal): AsyncGenerator<string> {
  yield ': the log goes on from here\nretry: 2000\n\n'
  let last = after
  while (!signal.aborted) {
    const heard = heardSoFar()
    const events = await listEvents({ after: last, limit: atOnce })
    if (events.length > 0) {
      last = events.at(-1)?.event.event_id ?? last
      yield events.map(asText).join('')
      continue
    }
    await nextEvent(heard, heartbeatMs, signal)
    if (signal.aborted) return
    if (!(await sessionOfRequest(request).catch(() => null))) return // revoked meanwhile
    yield ': \n\n'
  }
}

const asText = ({ type, event }: StoredEvent) =>
  `id: ${event.event_id}\nevent: ${type}\ndata: ${JSON.stringify({ type, ...event })}\n\n`
