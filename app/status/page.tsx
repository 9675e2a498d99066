import Link from 'next/link'
import { notFound, redirect } from 'next/navigation'
import styles from '@/app/ui/status/status.module.css'
import { cachedPublicPages } from '@/lib/store/status-cache'

/** The public pages; where there is one, that one. */
export default async function StatusPages() {
  const pages = await cachedPublicPages()
  const [first, ...others] = pages
  if (!first) notFound()
  if (others.length === 0) redirect(`/status/${first.slug}`)
  return (
    <main className={styles.page}>
      <h1>Status</h1>
      <ul className={styles.list}>
        {pages.map(({ slug, title }) => (
          <li key={slug}>
            <Link href={`/status/${slug}`} prefetch={false}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </main>
  )
}
