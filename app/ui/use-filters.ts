'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useTransition } from 'react'

/** Filters that stand in the address: `go` changes some of them, also while the page of the last change is on its way. */
export function useFilters<Search extends { cursor?: string | undefined }>(
  search: Search,
  hrefOf: (search: Search) => string,
): { busy: boolean; go: (change: Partial<Search>) => void; clear: (none: Search) => void } {
  const router = useRouter()
  const [busy, start] = useTransition()
  const asked = useRef(search)
  useEffect(() => {
    if (!busy) asked.current = search
  }, [busy, search])
  const ask = (next: Search) => {
    asked.current = next
    start(() => router.replace(hrefOf(next), { scroll: false }))
  }
  const go = (change: Partial<Search>) => ask({ ...asked.current, cursor: undefined, ...change })
  return { busy, go, clear: ask }
}
