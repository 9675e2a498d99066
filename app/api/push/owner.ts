import { Problem } from '@/lib/problem'
import type { Session } from '@/lib/session'

/** The operator whose devices are meant. An API key is nobody's phone. */
export function ownerOf(session: Session): number {
  if (session.userId !== null) return session.userId
  throw new Problem('forbidden', 'Push devices belong to operators: sign in, or use Basic with e-mail and password')
}
