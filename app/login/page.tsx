import type { Metadata } from 'next'
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

/** Where to go afterwards: a path of this house only, never another site. */
function ownPath(value: string | string[] | undefined): string {
  if (typeof value !== 'string') return '/'
  try {
    const url = new URL(value, 'http://here.invalid')
    const path = `${url.pathname}${url.search}`
    return path.startsWith('/login') || path.startsWith('//') ? '/' : path
  } catch {
    return '/'
  }
}
