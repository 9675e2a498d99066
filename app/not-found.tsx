import Link from 'next/link'
import styles from './login/login.module.css'
import { LineMark } from './ui/logo'

export default function NotFound() {
  return (
    <main className={styles.login}>
      <div className={styles.box}>
        <LineMark mood="away" width={64} />
        <h1>There is no such page</h1>
        <p className="muted">It may have been deleted, or the address has a slip in it.</p>
        <p>
          <Link href="/" className="button" data-kind="primary">
            Open the board
          </Link>
        </p>
      </div>
    </main>
  )
}
