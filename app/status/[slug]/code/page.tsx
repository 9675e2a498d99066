import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import styles from '@/app/ui/status/status.module.css'
import { CodeForm } from '@/app/ui/status/subscribe'
import { openPlace } from '@/lib/status-places'

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export const metadata: Metadata = { title: { absolute: 'Type the code' }, robots: { index: false, follow: false } }

export default async function CodePage({ params, searchParams }: Props) {
  const [{ slug }, query] = await Promise.all([params, searchParams])
  const place = await openPlace(slug)
  if (!place || typeof query.n !== 'string') notFound()
  return (
    <main className={styles.page}>
      <CodeForm base={place.base} sealed={query.n.slice(0, 1000)} isWrong={query.wrong === '1'} title={place.title} />
    </main>
  )
}
