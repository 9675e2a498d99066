import { listenTo } from '@/lib/store/listen'

type Wake = { waiting: Set<() => void>; heard: number; streams: number; stop: AbortController | null }
const held = globalThis as typeof globalThis & { beatlineEventWake?: Wake }

function wake(): Wake {
  held.beatlineEventWake ??= { waiting: new Set(), heard: 0, streams: 0, stop: null }
  return held.beatlineEventWake
}

/** Takes part in the one LISTEN of this process, which lasts while somebody does. Returns how to leave. */
export function joinWake(): () => void {
  const shared = wake()
  shared.streams++
  if (!shared.stop) shared.stop = startListening(shared)
  let left = false
  return () => {
    if (left) return
    left = true
    shared.streams--
    if (shared.streams > 0) return
    shared.stop?.abort()
    shared.stop = null
  }
}

function startListening(shared: Wake): AbortController {
  const stop = new AbortController()
  const wakeAll = () => {
    shared.heard++
    const waiting = [...shared.waiting]
    shared.waiting.clear()
    for (const resume of waiting) resume()
  }
  const url = process.env.DATABASE_URL
  if (url) {
    void listenTo(url, { channels: { beatline_events: wakeAll }, onListening: wakeAll, signal: stop.signal })
  }
  return stop
}

/** How often this process was woken: take it before reading, so that no event falls between reading and waiting. */
export const heardSoFar = () => wake().heard

/** Resolves once more was heard than `heard`, after `maxMs`, or when `signal` says so. */
export function nextEvent(heard: number, maxMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const shared = wake()
    const done = () => {
      clearTimeout(timer)
      shared.waiting.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, maxMs)
    shared.waiting.add(done)
    signal.addEventListener('abort', done)
    if (signal.aborted || shared.heard !== heard) done()
  })
}
