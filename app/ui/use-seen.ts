'use client'
import { useEffect, useRef, useState } from 'react'

/** Whether an element is on the screen or near it: what is far away need not be kept live. */
export function useSeen<E extends Element>(): [React.RefObject<E | null>, boolean] {
  const box = useRef<E>(null)
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), {
      rootMargin: '200px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [box, seen]
}
