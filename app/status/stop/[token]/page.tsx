import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import styles from '@/app/ui/status/status.module.css'
import { readStopLink } from '@/lib/store/status-subscribers'

type Props = { params: Promise<{ token: string }> }

export const metadata: Metadata = {
  title: { absolute: 'Get no more messages' },
  robots: { index: false, follow: false },
}

/** Where the link at the end of each message leads. Opening it changes nothing; its button does, for good. */
export default async function StopPage({ params }: Props) {
  const { token } = await params
  const read = await readStopLink(token)
  if (!read) notFound()
  return (
    <main className={styles.page}>
      {read.audience === null ? (
        <>
          <h1>You get no more of these messages</h1>
          <p className="muted">Your address is forgotten. To be told again, ask for it on the page.</p>
        </>
      ) : (
        <form method="post" action={`/status/stop/${token}/now`} className={`${styles.form} ${styles.narrow}`}>
          <h1>Get no more of these messages?</h1>
          <p>Your address is forgotten at once.</p>
          <div>
            <button type="submit" className="button" data-kind="primary">
              No more messages
            </button>
          </div>
        </form>
      )}
    </main>
  )
}
