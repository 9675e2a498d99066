'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { watchBeats } from '@/lib/live-client'

const atMostEveryMs = 3000

/** Renders nothing; has the server render the page again when the job was heard, in case of many every few seconds. */
export function BeatRefresh({ id }: { id: number }) {
  const router = useRouter()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = 0
    const stop = watchBeats(id, () => {
      timer ??= setTimeout(
        () => {
          timer = undefined
          last = Date.now()
          router.refresh()
        },
        Math.max(150, last + atMostEveryMs - Date.now()),
      )
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [id, router])
  return null
}
