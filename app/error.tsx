'use client'
import styles from './login/login.module.css'
import { LineMark } from './ui/logo'

/** A bug or a database that is away. The digest finds the line in the server's log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className={styles.login}>
      <div className={styles.box}>
        <LineMark mood="amber" width={64} />
        <h1>This page could not be made</h1>
        <p className="muted">
          Something failed on the server. Pinging and alerts run apart from this page and go on.
          {error.digest && ` In the log it is called ${error.digest}.`}
        </p>
        <p className="row">
          <button type="button" className="button" data-kind="primary" onClick={reset}>
            Try again
          </button>
          <a href="/" className="button">
            Open the board
          </a>
        </p>
      </div>
    </main>
  )
}
