import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { Refresher } from '@/app/ui/status/refresher'
import styles from '@/app/ui/status/status.module.css'
import { StatusBody } from '@/app/ui/status/status-body'
import { StatusFoot } from '@/app/ui/status/status-foot'
import { readNote, Subscribe } from '@/app/ui/status/subscribe'
import { ChosenZone } from '@/app/ui/time'
import { pageSlugPattern } from '@/lib/domain/status-page'
import { sessionOfCookieHeader } from '@/lib/session'
import { subscriptionMedia } from '@/lib/status-forms'
import { cachedPage, cachedPageView } from '@/lib/store/status-cache'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

/** Public pages are for everybody; of the others only operators know, who look at them before they are public. */
async function pageOf(params: Props['params']) {
  const { slug } = await params
  const page = pageSlugPattern.test(slug) ? await cachedPage(slug) : null
  if (!page || page.isPublic) return page
  return (await sessionOfCookieHeader((await headers()).get('cookie'))) ? page : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await pageOf(params)
  if (!page) return {}
  return {
    title: { absolute: page.title },
    ...(page.isPublic
      ? { alternates: { types: { 'application/rss+xml': `/status/${page.slug}/rss` } } }
      : { robots: { index: false, follow: false } }),
  }
}

export default async function StatusPage({ params, searchParams }: Props) {
  const [page, query] = await Promise.all([pageOf(params), searchParams])
  if (!page) notFound()
  const view = await cachedPageView(page)
  const base = `/status/${page.slug}`
  return (
    <ChosenZone zone={page.timeZone}>
      <main className={styles.page}>
        {!page.isPublic && (
          <p className="note" data-tone="amber">
            Only operators see this page: it is not public.
          </p>
        )}
        <header className={styles.head}>
          <h1>{page.title}</h1>
          {page.intro !== '' && <p className={styles.intro}>{page.intro}</p>}
        </header>
        <StatusBody view={view} whose="place" days={page.historyDays} />
        {page.isPublic && page.takesSubscribers && (
          <Subscribe base={base} media={subscriptionMedia()} note={readNote(query)} />
        )}
        <StatusFoot feed={page.isPublic ? `${base}/rss` : null} zone={page.timeZone} />
        <Refresher />
      </main>
    </ChosenZone>
  )
}
