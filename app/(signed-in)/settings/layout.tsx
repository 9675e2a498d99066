import { NavLink } from '@/app/ui/frame/nav-link'
import { settingsPages } from '@/app/ui/frame/pages'
import styles from '@/app/ui/settings/settings.module.css'
import { requireUser } from '@/lib/session'

export default async function SettingsLayout({ children }: { children: React.ReactNode }) {
  const { role } = await requireUser()
  return (
    <div className={styles.settings}>
      <nav className={styles.parts} aria-label="Settings">
        {settingsPages
          .filter((page) => !page.admin || role === 'admin')
          .map((page) => (
            <NavLink key={page.href} href={page.href} exact={page.href === '/settings'} className={styles.part}>
              {page.name}
            </NavLink>
          ))}
      </nav>
      {children}
    </div>
  )
}
