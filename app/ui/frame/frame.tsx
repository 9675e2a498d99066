import Link from 'next/link'
import { Icon } from '../icons'
import type { LineMood } from '../line-art'
import { LiveRefresh, LiveStart } from '../live'
import { Logo } from '../logo'
import type { Theme } from '../viewer'
import { Announcer } from './announcer'
import { FocusKeeper } from './focus-keeper'
import styles from './frame.module.css'
import { LiveMark } from './live-mark'
import { MoreSheet } from './more-sheet'
import { NavLink } from './nav-link'
import { OperatorMenu } from './operator-menu'
import { barPages, lowerPages, mainPages, type PageLink } from './pages'
import { Search } from './search'
import { TabState } from './tab-state'

export type FrameProps = {
  operator: { name: string; email: string; role: string }
  theme: Theme
  dark: number
  openIncidents: number
  mood: LineMood
  lastEventId: number
  children: React.ReactNode
}

/** The frame of every signed-in page: rail on a desk, bar under the thumb on a phone, head with search and live mark. */
export function Frame({ operator, theme, dark, openIncidents, mood, lastEventId, children }: FrameProps) {
  return (
    <div className={styles.frame}>
      <a href="#main" className={`button ${styles.skip}`}>
        Skip to the page
      </a>
      <nav className={styles.rail} aria-label="Main">
        <Link href="/" className={styles.logo} aria-label="Beatline, board">
          <Logo mood={mood} />
        </Link>
        <RailLinks pages={mainPages} openIncidents={openIncidents} />
        <div className={styles.lower}>
          <RailLinks pages={lowerPages} openIncidents={0} />
        </div>
      </nav>
      <header className={styles.head}>
        <Link href="/" className={styles.headLogo} aria-label="Beatline, board">
          <Logo mood={mood} />
        </Link>
        <Search />
        <LiveMark />
        <OperatorMenu operator={operator} theme={theme} />
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <nav className={styles.bar} aria-label="Main, short">
        {barPages.map((page) => (
          <NavLink key={page.href} href={page.href} className={styles.tab}>
            <span className={styles.tabIcon}>
              <Icon name={page.icon} size={22} />
              {page.href === '/incidents' && openIncidents > 0 && <span className={styles.count}>{openIncidents}</span>}
            </span>
            {page.name}
          </NavLink>
        ))}
        <MoreSheet theme={theme} operator={operator} />
      </nav>
      <LiveStart after={lastEventId} />
      <LiveRefresh />
      <Announcer />
      <FocusKeeper />
      <TabState mood={mood} dark={dark} />
    </div>
  )
}

function RailLinks({ pages, openIncidents }: { pages: PageLink[]; openIncidents: number }) {
  return (
    <ul className={styles.links}>
      {pages.map((page) => (
        <li key={page.href}>
          <NavLink href={page.href} className={styles.link}>
            <Icon name={page.icon} />
            {page.name}
            {page.href === '/incidents' && openIncidents > 0 && (
              <span className={styles.count} title={`${openIncidents} open`}>
                {openIncidents}
              </span>
            )}
          </NavLink>
        </li>
      ))}
    </ul>
  )
}
