import { type Status, statuses, statusToShow } from '@/lib/domain/status'
import { noteSuspect, onAnyStatus, statusNow } from '@/lib/live-client'
import { type MapStates, unpackStatus } from '@/lib/wire/map'

const gatherMs = 60

/** The state of every device of the map by its index: what the server rendered, until the live line knows a newer one. */
export type LiveStates = {
  of: (index: number) => Status
  /** Rises whenever any state changed. */
  version: () => number
  listen: (listener: () => void) => () => void
  /** Takes what the server rendered: what is not listed is up. */
  take: (rendered: MapStates) => void
  start: () => () => void
}

export function makeStates(ids: readonly number[]): LiveStates {
  const indexOf = new Map(ids.map((id, i) => [id, i]))
  const now = new Uint8Array(ids.length).fill(statuses.indexOf('up'))
  const listeners = new Set<() => void>()
  let rendered = new Map<number, { status: Status; since: number }>()
  let version = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const settle = (id: number): boolean => {
    const index = indexOf.get(id)
    if (index === undefined) return false
    const live = statusNow(id)
    const status = statuses.indexOf(
      statusToShow(rendered.get(id) ?? { status: 'up', since: 0 }, live?.told, live?.moment),
    )
    if (now[index] === status) return false
    now[index] = status
    return true
  }
  const tell = () => {
    timer = undefined
    version++
    for (const listener of listeners) listener()
  }
  return {
    of: (index) => unpackStatus(now[index] ?? 0),
    version: () => version,
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    take(states) {
      if (states.some(([, status]) => unpackStatus(status) === 'suspect')) noteSuspect()
      rendered = new Map(states.map(([id, status, since]) => [id, { status: unpackStatus(status), since }]))
      let changed = false
      for (const id of ids) changed = settle(id) || changed
      if (changed) tell()
    },
    start() {
      const unlisten = onAnyStatus((id) => {
        if (settle(id)) timer ??= setTimeout(tell, gatherMs) // a storm is one drawing
      })
      return () => {
        clearTimeout(timer)
        timer = undefined
        unlisten()
      }
    },
  }
}
