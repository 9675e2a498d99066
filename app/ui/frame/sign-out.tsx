'use client'
import { signOut } from 'next-auth/react'
import { Icon } from '../icons'

export function SignOut({ className }: { className?: string | undefined }) {
  return (
    <button type="button" className={className} onClick={() => signOut({ callbackUrl: '/login' })}>
      <Icon name="exit" />
      Sign out
    </button>
  )
}
