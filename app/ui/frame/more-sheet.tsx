'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { Icon } from '../icons'
import type { Theme } from '../viewer'
import frame from './frame.module.css'
import styles from './more-sheet.module.css'
import { morePages } from './pages'
import { SignOut } from './sign-out'
import { ThemeSwitch } from './theme-switch'

/** The last tab of a phone: a sheet with everything else. */
export function MoreSheet({ theme, operator }: { theme: Theme; operator: { name: string; role: string } }) {
  const sheet = useRef<HTMLDialogElement>(null)
  const path = usePathname()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the sheet
  useEffect(() => sheet.current?.close(), [path])
  return (
    <>
      <button type="button" className={frame.tab} onClick={() => sheet.current?.showModal()}>
        <span className={frame.tabIcon}>
          <Icon name="more" size={22} />
        </span>
        More
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the sheet closes it; Escape does so by itself */}
      <dialog
        ref={sheet}
        className={styles.sheet}
        aria-label="More pages"
        onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      >
        <div className={styles.inside}>
          <ul>
            {morePages
              .filter((page) => !page.admin || operator.role === 'admin')
              .map((page) => (
                <li key={page.href}>
                  <Link href={page.href} className={styles.item}>
                    <Icon name={page.icon} />
                    {page.name}
                  </Link>
                </li>
              ))}
            <li>
              <SignOut className={styles.item} />
            </li>
          </ul>
          <ThemeSwitch theme={theme} />
        </div>
      </dialog>
    </>
  )
}
