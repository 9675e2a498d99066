import styles from '@/app/ui/status/status.module.css'

export default function NotFound() {
  return (
    <main className={styles.page}>
      <h1>There is no such page</h1>
      <p className="muted">The link may have been taken back, or the address has a slip in it.</p>
    </main>
  )
}
