'use client'
import styles from '@/app/ui/status/status.module.css'

export default function StatusError({ reset }: { reset: () => void }) {
  return (
    <main className={styles.page}>
      <h1>This page cannot be shown right now</h1>
      <p className="muted">The fault is on our side, and says nothing about your service. Try again in a minute.</p>
      <div>
        <button type="button" className="button" onClick={reset}>
          Try again
        </button>
      </div>
    </main>
  )
}
