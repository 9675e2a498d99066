import type { Metadata } from 'next'
import { Logo } from '@/app/ui/logo'
import { Known } from '@/app/ui/offline/known'
import styles from '@/app/ui/offline/offline.module.css'

export const metadata: Metadata = { title: 'Offline' }

/** Kept by the service worker and shown when the server cannot be reached: what was known, and from when. */
export default function OfflinePage() {
  return (
    <main className={styles.offline}>
      <Logo mood="away" />
      <Known />
    </main>
  )
}
