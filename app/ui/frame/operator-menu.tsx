'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { Icon } from '../icons'
import type { Theme } from '../viewer'
import styles from './operator-menu.module.css'
import { SignOut } from './sign-out'
import { ThemeSwitch } from './theme-switch'

type Operator = { name: string; email: string; role: string }

/** Who is signed in, theme, and the way out. */
export function OperatorMenu({ operator, theme }: { operator: Operator; theme: Theme }) {
  const details = useRef<HTMLDetailsElement>(null)
  const path = usePathname()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu
  useEffect(() => details.current?.removeAttribute('open'), [path])
  useEffect(() => {
    const close = (event: Event) => {
      const outside = event.target instanceof Node && !details.current?.contains(event.target)
      if (outside || (event instanceof KeyboardEvent && event.key === 'Escape'))
        details.current?.removeAttribute('open')
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close)
    }
  }, [])
  return (
    <details ref={details} className={styles.menu}>
      <summary aria-label={`${operator.name}: account`}>
        <span className={styles.face}>{initials(operator.name)}</span>
      </summary>
      <div className={styles.panel}>
        <p className={styles.who}>
          <span className="strong">{operator.name}</span>
          <span className="muted clip">{operator.email}</span>
        </p>
        <ThemeSwitch theme={theme} />
        <Link href="/settings" className={styles.item}>
          <Icon name="settings" />
          Settings
        </Link>
        <SignOut className={styles.item} />
      </div>
    </details>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0]?.[0], words.length > 1 ? words.at(-1)?.[0] : '']
  return letters.join('').toUpperCase()
}
