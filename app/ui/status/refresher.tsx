'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const everyMs = 60_000

/** Brings the page up to date while it is looked at; without a script a reload does. What is being typed stays. */
export function Refresher() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh()
    }, everyMs)
    return () => clearInterval(timer)
  }, [router])
  return null
}
