import type { Metadata } from 'next'
import { headers } from 'next/headers'
import styles from '@/app/ui/incident/acknowledge.module.css'
import { Logo } from '@/app/ui/logo'
import { type OptOutWords, optOutWords } from '@/lib/domain/opt-out-words'
import { readOptOut } from '@/lib/opt-out-links'
import { sql } from '@/lib/store/database'
import { optedOutOf } from '@/lib/store/opt-outs'

export const metadata: Metadata = { title: 'No more mails', robots: { index: false, follow: false } }

/**
 * Where the link under a mail to a client leads, for whoever holds it. Opening it changes nothing, as mail programs open
 * links by themselves; the button works without a script.
 */
export default async function OptOutPage({ params }: { params: Promise<{ token: string }> }) {
  const [{ token }, sent] = await Promise.all([params, headers()])
  const words = optOutWords(sent.get('accept-language'))
  const address = readOptOut(token)
  return (
    <main className={styles.page} lang={words.language}>
      <div className={styles.box}>
        {address === null ? <Refused words={words} /> : <Asked token={token} address={address} words={words} />}
      </div>
    </main>
  )
}

type Said = { words: OptOutWords }

async function Asked({ token, address, words }: { token: string; address: string } & Said) {
  const way = { medium: 'email' as const, address }
  const isOut = (await optedOutOf(sql, [way]))(way.medium, address)
  const named = (text: string) => text.replace('{address}', address)
  return (
    <>
      <Logo mood="quiet" />
      <h1>{isOut ? words.done : words.ask}</h1>
      {isOut ? (
        <p className="note" data-tone="up">
          {named(words.over)}
        </p>
      ) : (
        <form method="post" action={`/opt-out/${token}/now`} className={styles.form}>
          <p className="muted">{named(words.about)}</p>
          <button type="submit" className="button" data-kind="primary">
            {words.button}
          </button>
        </form>
      )}
    </>
  )
}

function Refused({ words }: Said) {
  return (
    <>
      <Logo mood="away" />
      <h1>{words.broken}</h1>
      <p className="muted">{words.repair}</p>
    </>
  )
}
