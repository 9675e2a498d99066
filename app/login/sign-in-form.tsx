'use client'
import { useRouter } from 'next/navigation'
import { signIn } from 'next-auth/react'
import { useEffect, useRef, useState } from 'react'
import { forgetKnown } from '../ui/offline/forget-known'

/** Asks next-auth; says in words what went wrong, and how long to wait when it was too often. */
export function SignInForm({ goTo }: { goTo: string }) {
  const router = useRouter()
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  // A press before the page's script runs would send the form to nobody.
  const [awake, setAwake] = useState(false)
  const password = useRef<HTMLInputElement>(null)
  useEffect(() => {
    setAwake(true)
    void forgetKnown() // also where the session was ended from elsewhere
  }, [])
  async function submit(event: React.FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(undefined)
    const answer = await signIn('credentials', {
      email: String(form.get('email') ?? '').trim(),
      password: String(form.get('password') ?? ''),
      redirect: false,
    }).catch(() => undefined)
    if (answer?.ok && !answer.error) {
      router.replace(goTo)
      router.refresh()
      return
    }
    setBusy(false)
    setProblem(problemWords(answer?.error ?? null, answer?.status))
    password.current?.select()
  }
  return (
    <form className="stack" onSubmit={submit} method="post">
      <div className="field">
        <label htmlFor="email">E-mail</label>
        <input id="email" name="email" type="email" className="input" autoComplete="username" required />
      </div>
      <div className="field">
        <label htmlFor="password">Password</label>
        <input
          ref={password}
          id="password"
          name="password"
          type="password"
          className="input"
          autoComplete="current-password"
          required
        />
      </div>
      <div aria-live="polite" className="form-message">
        {problem && (
          <p className="note" data-tone="down">
            {problem}
          </p>
        )}
      </div>
      <button type="submit" className="button" data-kind="primary" disabled={busy || !awake}>
        {busy ? 'Signing in' : 'Sign in'}
      </button>
    </form>
  )
}

/** `error` is next-auth's: CredentialsSignin, or the sentence that our sign-in threw. */
function problemWords(error: string | null, status: number | undefined): string {
  if (error === null) return 'The server did not answer. Check the connection and try again.'
  const seconds = /^throttled:(\d+)$/.exec(error)?.[1]
  if (seconds) return `Too many attempts. Try again in ${waitWords(Number(seconds))}.`
  if (error === 'unavailable') return 'The server is not ready: its database is away. Try again in a few seconds.'
  if (error === 'CredentialsSignin' || status === 401)
    return 'E-mail and password do not match. Check both and try again.'
  return error.includes(' ') ? error : 'Signing in failed on the server. Try again; if it stays so, look at the log.'
}

const waitWords = (seconds: number) => (seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`)
