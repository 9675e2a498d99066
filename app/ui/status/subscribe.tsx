import { codeHoldsMs } from '@/lib/domain/status-limits'
import styles from './status.module.css'

/** What a request before brought about, as the address of the page says it: words of ours alone, never a reader's. */
export type SubscribeNote = 'asked' | 'subscribed' | 'email' | 'sms' | { waitMinutes: number } | null

/** Reads the query of a page; anything unknown is nothing. */
export function readNote(query: Record<string, string | string[] | undefined>): SubscribeNote {
  const { note, wait } = query
  if (note === 'asked' || note === 'subscribed' || note === 'email' || note === 'sms') return note
  const minutes = typeof wait === 'string' && /^\d{1,4}$/.test(wait) ? Number(wait) : 0
  return minutes > 0 ? { waitMinutes: minutes } : null
}

/** Forms that work without a script; the answer is the same whoever is subscribed already. */
export function Subscribe({
  base,
  media,
  note,
}: {
  base: string
  media: { email: boolean; sms: boolean }
  note: SubscribeNote
}) {
  if (!media.email && !media.sms) return null
  return (
    <section className="section" id="subscribe">
      <h2>Be told</h2>
      <p className="muted">When service is interrupted, when there is news of it, and when it is back.</p>
      <NoteLine note={note} />
      <div className={styles.forms}>
        {media.email && (
          <form method="post" action={`${base}/subscribe`} className={styles.form}>
            <input type="hidden" name="medium" value="email" />
            <div className="field">
              <label htmlFor="subscribe-email">By e-mail</label>
              <input
                id="subscribe-email"
                className="input"
                type="email"
                name="address"
                required
                maxLength={254}
                autoComplete="email"
                placeholder="name@example.net"
              />
            </div>
            <div>
              <button type="submit" className="button">
                Send me a link
              </button>
            </div>
          </form>
        )}
        {media.sms && (
          <form method="post" action={`${base}/subscribe`} className={styles.form}>
            <input type="hidden" name="medium" value="sms" />
            <div className="field">
              <label htmlFor="subscribe-sms">By text message</label>
              <input
                id="subscribe-sms"
                className="input"
                type="tel"
                name="address"
                required
                maxLength={40}
                autoComplete="tel"
                placeholder="+1 406 555 0142"
              />
            </div>
            <div>
              <button type="submit" className="button">
                Send me a code
              </button>
            </div>
          </form>
        )}
      </div>
      <p className={styles.small}>
        Nothing is sent before you confirm. Each message has a link that ends it
        {media.sms && ', and STOP ends the texts'}.
      </p>
    </section>
  )
}

function NoteLine({ note }: { note: SubscribeNote }) {
  if (note === null) return null
  const [tone, words] = wordsOf(note)
  return (
    <p className="note" data-tone={tone} role="status">
      {words}
    </p>
  )
}

function wordsOf(note: Exclude<SubscribeNote, null>): ['up' | 'blue' | 'amber', string] {
  if (typeof note === 'object')
    return ['amber', `Too many asked from here, or for this page. Try again in ${note.waitMinutes} min.`]
  if (note === 'asked') return ['blue', 'A message is on its way. Open the link in it within a day to confirm.']
  if (note === 'subscribed') return ['up', 'Confirmed: you will be told.']
  return note === 'email'
    ? ['amber', 'That was not an e-mail address. Expected one such as name@example.net.']
    : ['amber', 'That was not a number. Expected one with the code of its country, such as +1 406 555 0142.']
}

/** Where the code that came by text is typed. `sealed` carries the number, unreadable. */
export function CodeForm({
  base,
  sealed,
  isWrong,
  title,
}: {
  base: string
  sealed: string
  isWrong: boolean
  title: string
}) {
  return (
    <form method="post" action={`${base}/confirm`} className={`${styles.form} ${styles.narrow}`}>
      <h1>Type the code</h1>
      <p>
        If that number can be told of {title}, a text with six digits is on its way. The code holds for{' '}
        {codeHoldsMs / 60_000} min.
      </p>
      {isWrong && (
        <p className="note" data-tone="amber" role="alert">
          That code is not right, or not any more. After five tries ask for another one.
        </p>
      )}
      <input type="hidden" name="n" value={sealed} />
      <div className="field">
        <label htmlFor="code">Code</label>
        <input
          id="code"
          className="input"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 \-]{6,9}"
          maxLength={9}
          required
        />
      </div>
      <div className="row">
        <button type="submit" className="button" data-kind="primary">
          Confirm
        </button>
        <a href={`${base}#subscribe`} className="button" data-kind="quiet">
          Back
        </a>
      </div>
    </form>
  )
}
