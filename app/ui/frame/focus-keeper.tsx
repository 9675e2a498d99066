'use client'
import { useEffect } from 'react'

/**
 * The page changes under its reader: when what had the focus is taken away (acknowledged, deleted, over), the focus
 * stays where it was, on the nearest thing round it that is still there, instead of falling to the top.
 */
export function FocusKeeper() {
  useEffect(() => {
    const main = document.getElementById('main')
    if (!main) return
    let around: Element[] = []
    const remember = (event: FocusEvent) => {
      around = []
      for (let at = event.target as Element | null; at && at !== main; at = at.parentElement) around.push(at)
    }
    const keep = () => {
      const [focused, ...rest] = around
      if (!focused || focused.isConnected || document.activeElement !== document.body) return
      around = []
      const near = rest.find((one) => one.isConnected) ?? main
      if (!(near instanceof HTMLElement)) return
      if (near.tabIndex < 0) near.tabIndex = -1
      near.focus({ preventScroll: true })
    }
    main.addEventListener('focusin', remember)
    const observer = new MutationObserver(keep)
    observer.observe(main, { childList: true, subtree: true })
    return () => {
      main.removeEventListener('focusin', remember)
      observer.disconnect()
    }
  }, [])
  return null
}
