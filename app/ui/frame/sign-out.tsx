'use client'
import { signOut } from 'next-auth/react'
import { useState } from 'react'
import { Icon } from '../icons'
import { forgetKnown } from '../offline/forget-known'

/** Ends the session and takes what this device keeps of the board with it. */
export function SignOut({ className }: { className?: string | undefined }) {
  const [problem, setProblem] = useState('')
  async function leave() {
    setProblem('')
    try {
      await signOut({ redirect: false }) // its own redirect goes to SITE_URL, which may not be the address in use
      await forgetKnown()
      window.location.assign('/login')
    } catch {
      setProblem('Not signed out: the server did not answer.')
    }
  }
  return (
    <>
      <button type="button" className={className} onClick={leave}>
        <Icon name="exit" />
        Sign out
      </button>
      {problem && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
    </>
  )
}
