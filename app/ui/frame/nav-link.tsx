'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { isCurrent } from './pages'

/** A link that knows whether it is where the reader is. `exact`: only on that very page. */
export function NavLink({
  href,
  exact = false,
  className,
  children,
}: {
  href: string
  exact?: boolean
  className?: string | undefined
  children: React.ReactNode
}) {
  const path = usePathname()
  const current = exact ? path === href : isCurrent(href, path)
  return (
    <Link href={href} className={className} aria-current={current ? 'page' : undefined}>
      {children}
    </Link>
  )
}
