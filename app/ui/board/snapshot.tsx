'use client'
import { useEffect } from 'react'

export type BoardSnapshot = {
  at: string
  counts: Record<string, number>
  dark: { name: string; site: string | null; state: string; since: string; behind: number }[]
}

/** Hands what the board says to the service worker, for the offline page to repeat with its hour. */
export function Snapshot({ board }: { board: BoardSnapshot }) {
  useEffect(() => {
    navigator.serviceWorker?.controller?.postMessage({ type: 'snapshot', board })
  }, [board])
  return null
}
