import { passwordFault } from '@/lib/password'
import { Problem } from '@/lib/problem'
import type { Session } from '@/lib/rights'
import { forgetSessions, tooManyAttempts } from '@/lib/session'
import { forgetVerified, verifySignIn } from '@/lib/sign-in'
import { listSessions, revokeOtherSessions, revokeSession, type SessionRow } from '@/lib/store/sessions'
import { setPassword } from '@/lib/store/users'

/** The account behind a session; an API key has none. */
function ownerOf(session: Session): { userId: number; email: string } {
  const { userId, email } = session
  if (userId === null || email === null) throw new Problem('forbidden', 'An API key is no account: sign in')
  return { userId, email }
}

/** Changes one's own password, the old one given, and signs out every other session. Throws what stands against it. */
export async function changeOwnPassword(session: Session, old: string, chosen: string, address: string): Promise<void> {
  const { userId, email } = ownerOf(session)
  const fault = passwordFault(chosen)
  if (fault) throw new Problem('invalid-input', fault)
  const checked = await verifySignIn(email, old, address)
  if ('waitSeconds' in checked) throw tooManyAttempts(checked.waitSeconds)
  if (!('user' in checked)) throw new Problem('invalid-input', 'The old password does not match')
  await setPassword(userId, chosen, session.sessionId)
  forgetSessions()
  forgetVerified()
}

/** One's own live sessions, the one seen last first; `current` is the one that asks. */
export async function listOwnSessions(session: Session): Promise<(SessionRow & { current: boolean })[]> {
  const rows = await listSessions(ownerOf(session).userId)
  return rows.map((row) => ({ ...row, current: row.id === session.sessionId }))
}

/** Signs out one of one's own sessions, or with 'others' all but this one. Returns how many ended. */
export async function signOutOwn(session: Session, which: string | 'others'): Promise<number> {
  const { userId } = ownerOf(session)
  const ended =
    which === 'others'
      ? await revokeOtherSessions(userId, session.sessionId)
      : Number(await revokeSession(userId, which))
  forgetSessions()
  return ended
}
