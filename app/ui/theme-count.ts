'use client'
import { useEffect, useState } from 'react'

/** Counts changes of the theme, by the switch or by the system. */
export function useThemeCount(): number {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const bump = () => setCount((n) => n + 1)
    const media = matchMedia('(prefers-color-scheme: dark)')
    const observer = new MutationObserver(bump)
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    media.addEventListener('change', bump)
    return () => {
      observer.disconnect()
      media.removeEventListener('change', bump)
    }
  }, [])
  return count
}
