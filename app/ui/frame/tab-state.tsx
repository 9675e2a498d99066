'use client'
import { usePathname } from 'next/navigation'
import { useEffect } from 'react'
import { faviconSvg, type LineMood } from '../line-art'
import { useConnection } from '../live'

/** The tab tells it too: its icon is the line, its title begins with how many are dark. */
export function TabState({ mood, dark }: { mood: LineMood; dark: number }) {
  const { state } = useConnection()
  const path = usePathname()
  const shown: LineMood = state === 'away' ? 'away' : mood
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link) link.href = `data:image/svg+xml,${encodeURIComponent(faviconSvg(shown))}`
  }, [shown])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page sets its own title anew
  useEffect(() => {
    const put = () => {
      const plain = document.title.replace(/^\(\d+ dark\) /, '')
      const title = dark > 0 ? `(${dark} dark) ${plain}` : plain
      if (document.title !== title) document.title = title
    }
    put()
    const observer = new MutationObserver(put)
    const title = document.querySelector('title')
    if (title) observer.observe(title, { childList: true, characterData: true, subtree: true })
    return () => observer.disconnect()
  }, [dark, path])
  return null
}
