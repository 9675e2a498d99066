import type { Metadata } from 'next'
import { ownPath } from '@/lib/own-path'
import { Logo } from '../ui/logo'
import styles from './login.module.css'
import { SignInForm } from './sign-in-form'

export const metadata: Metadata = { title: 'Sign in' }

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const { callbackUrl, next } = await searchParams
  return (
    <main className={styles.login}>
      <div className={styles.box}>
        <Logo />
        <h1>Sign in</h1>
        <SignInForm goTo={ownPath(callbackUrl ?? next)} />
        <p className="hint">
          No account yet, or the password is lost? An admin can help, or on the server: <code>npm run cli -- user</code>
        </p>
      </div>
    </main>
  )
}
