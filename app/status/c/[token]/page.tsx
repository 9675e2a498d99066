import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Refresher } from '@/app/ui/status/refresher'
import styles from '@/app/ui/status/status.module.css'
import { StatusBody } from '@/app/ui/status/status-body'
import { StatusFoot } from '@/app/ui/status/status-foot'
import { readNote, Subscribe } from '@/app/ui/status/subscribe'
import { ChosenZone } from '@/app/ui/time'
import { subscriptionMedia } from '@/lib/status-forms'
import { cachedClientView, clientOfLink } from '@/lib/store/status-cache'

type Props = { params: Promise<{ token: string }>; searchParams: Promise<Record<string, string | string[]>> }

export const metadata: Metadata = {
  title: { absolute: 'Your connection' },
  robots: { index: false, follow: false },
}

/** One client's own page, for whoever holds its link. */
export default async function ClientStatusPage({ params, searchParams }: Props) {
  const [{ token }, query] = await Promise.all([params, searchParams])
  const client = await clientOfLink(token)
  if (!client) notFound()
  const view = await cachedClientView(client)
  return (
    <ChosenZone zone={client.timeZone}>
      <main className={styles.page}>
        <header className={styles.head}>
          <h1>
            <bdi>{client.name}</bdi>
          </h1>
          <p className={styles.intro}>Your connection. Whoever has this address can read this page.</p>
        </header>
        <StatusBody view={view} whose="client" days={90} />
        <Subscribe base={`/status/c/${token}`} media={subscriptionMedia()} note={readNote(query)} />
        <StatusFoot feed={`/status/c/${token}/rss`} zone={client.timeZone} />
        <Refresher />
      </main>
    </ChosenZone>
  )
}
