import type { Metadata } from 'next'
import styles from '@/app/ui/incident/acknowledge.module.css'
import { Logo } from '@/app/ui/logo'
import { readOptOut } from '@/lib/opt-out-links'
import { sql } from '@/lib/store/database'
import { optedOutOf } from '@/lib/store/opt-outs'

export const metadata: Metadata = { title: 'No more mails', robots: { index: false, follow: false } }

/**
 * Where the link under a mail to a client leads, for whoever holds it. Opening it changes nothing, as mail programs open
 * links by themselves; the button works without a script.
 */
export default async function OptOutPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const address = readOptOut(token)
  return (
    <main className={styles.page}>
      <div className={styles.box}>{address === null ? <Refused /> : <Asked token={token} address={address} />}</div>
    </main>
  )
}

async function Asked({ token, address }: { token: string; address: string }) {
  const way = { medium: 'email' as const, address }
  const isOut = (await optedOutOf(sql, [way]))(way.medium, address)
  return (
    <>
      <Logo mood="quiet" />
      <h1>{isOut ? 'No more mails' : 'No more mails about outages?'}</h1>
      {isOut ? (
        <p className="note" data-tone="up">
          {address} gets no more mails about outages from us.
        </p>
      ) : (
        <form method="post" action={`/opt-out/${token}/now`} className={styles.form}>
          <p className="muted">
            {address} is told when its internet service is interrupted, and when it is back. You can end that here.
          </p>
          <button type="submit" className="button" data-kind="primary">
            Send me no more
          </button>
        </form>
      )}
    </>
  )
}

function Refused() {
  return (
    <>
      <Logo mood="away" />
      <h1>This link is not whole</h1>
      <p className="muted">Open it from the mail again, or copy all of it, to its last sign.</p>
    </>
  )
}
