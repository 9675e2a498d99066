import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import styles from '@/app/ui/status/status.module.css'
import { placeOfAudience } from '@/lib/status-places'
import { readConfirmLink } from '@/lib/store/status-subscribers'

type Props = { params: Promise<{ token: string }> }

export const metadata: Metadata = { title: { absolute: 'Confirm' }, robots: { index: false, follow: false } }

/** Where the link of the first e-mail leads. Opening it changes nothing, as mail programs open links by themselves. */
export default async function ConfirmPage({ params }: Props) {
  const { token } = await params
  const read = await readConfirmLink(token, new Date())
  const place = read && (await placeOfAudience(read.audience))
  if (!read || !place) notFound()
  return (
    <main className={styles.page}>
      <h1>Be told of {place.title}?</h1>
      {read.confirmed ? (
        <p className="note" data-tone="up">
          {read.address} is confirmed: it will be told.
        </p>
      ) : (
        <form
          method="post"
          action={`/status/subscription/${token}/confirm`}
          className={`${styles.form} ${styles.narrow}`}
        >
          <p>
            Messages will go to <strong>{read.address}</strong>: when service is interrupted, when there is news of it,
            and when it is back. Each has a link that ends them.
          </p>
          <div>
            <button type="submit" className="button" data-kind="primary">
              Yes, tell me
            </button>
          </div>
        </form>
      )}
      <p>
        <a href={place.base} className="link">
          Open the page
        </a>
      </p>
    </main>
  )
}
