'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useSyncExternalStore } from 'react'
import type { Status } from '@/lib/domain/status'
import {
  connectionNow,
  followTopic,
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

/**
 * Renders nothing; has the server render the page again when something under `topic` changed. A burst of events is one
 * render: the first at once, the rest together.
 */
export function LiveRefresh({ topic }: { topic: string }) {
  const router = useRouter()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = 0
    const refresh = () => {
      if (timer) return
      const wait = Math.max(60, last + 800 - Date.now())
      timer = setTimeout(() => {
        timer = undefined
        last = Date.now()
        router.refresh()
      }, wait)
    }
    const unfollow = followTopic(topic)
    const unlisten = onLiveEvent(refresh)
    return () => {
      clearTimeout(timer)
      unfollow()
      unlisten()
    }
  }, [topic, router])
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
  const newer = live && Date.parse(live.since) > Date.parse(since) && status !== 'paused'
  return newer ? live.status : status
}
