'use client'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useRef, useSyncExternalStore, useTransition } from 'react'
import { type Status, statusToShow } from '@/lib/domain/status'
import {
  connectionNow,
  followTopic,
  noteSuspect,
  onConnection,
  onLiveEvent,
  onStatus,
  startLive,
  statusNow,
} from '@/lib/live-client'
import { StateMark } from './state-mark'

const serverConnection = { state: 'connecting', since: 0 } as const

export const useConnection = () => useSyncExternalStore(onConnection, connectionNow, () => serverConnection)

/** Opens the live line of the page. `after`: the newest event that this page was rendered with. */
export function LiveStart({ after }: { after: number }) {
  useEffect(() => startLive(after), [after])
  return null
}

const shortestPauseMs = 800
const hiddenPauseMs = 5000

/**
 * Renders nothing; has the server render the page again when anything changed. One a page, in the frame. A burst of
 * events is one rendering: the first at once, the rest together, and never more than a third of the time is spent on it,
 * as in a storm every open page asks.
 */
export function LiveRefresh() {
  const router = useRouter()
  const [rendering, start] = useTransition()
  const plan = useRef({ wanted: false, busy: false, startedAt: 0, tookMs: 0, dueAt: 0 })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const refreshSoon = useCallback(() => {
    const now = plan.current
    if (!now.wanted || now.busy) return
    const pause = Math.max(document.hidden ? hiddenPauseMs : shortestPauseMs, 3 * now.tookMs)
    const dueAt = Math.max(Date.now() + 60, now.startedAt + pause)
    if (now.dueAt > 0 && now.dueAt <= dueAt) return // planned already: what keeps coming must not put it off
    clearTimeout(timer.current)
    now.dueAt = dueAt
    timer.current = setTimeout(() => {
      Object.assign(now, { wanted: false, startedAt: Date.now(), dueAt: 0 })
      start(() => router.refresh())
    }, dueAt - Date.now())
  }, [router])

  useEffect(() => {
    const now = plan.current
    if (now.busy && !rendering) now.tookMs = Date.now() - now.startedAt
    now.busy = rendering
    refreshSoon()
  }, [rendering, refreshSoon])

  useEffect(() => {
    const unfollow = followTopic('all')
    const unlisten = onLiveEvent(() => {
      plan.current.wanted = true
      refreshSoon()
    })
    document.addEventListener('visibilitychange', refreshSoon)
    return () => {
      clearTimeout(timer.current)
      plan.current.dueAt = 0
      document.removeEventListener('visibilitychange', refreshSoon)
      unfollow()
      unlisten()
    }
  }, [refreshSoon])
  return null
}

/** A state's mark that turns by itself, before the server renders the page again. */
export function LiveState({
  id,
  status,
  since,
  word = true,
}: {
  id: number
  status: Status
  since: string
  word?: boolean
}) {
  return <StateMark status={useLiveStatus(id, status, since)} word={word} />
}

/** The state of a target: the server's, until the live line knows a newer one. */
export function useLiveStatus(id: number, status: Status, since: string): Status {
  const live = useSyncExternalStore(
    (listener) => onStatus(id, listener),
    () => statusNow(id),
    () => undefined,
  )
  useEffect(() => {
    if (status === 'suspect') noteSuspect()
  }, [status])
  return statusToShow({ status, since: Date.parse(since) }, live?.told, live?.moment)
}
