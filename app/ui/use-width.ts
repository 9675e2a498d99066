'use client'
import { useEffect, useRef, useState } from 'react'

/** The width of an SVG on the page in px, so that it is drawn one to one and a beat looks the same on a phone. */
export function useWidth(): [React.RefObject<SVGSVGElement | null>, number] {
  const box = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(600)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [box, width]
}
