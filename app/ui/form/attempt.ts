import { unstable_rethrow } from 'next/navigation'
import { asProblem, type Problem, problems } from '@/lib/problem'
import { type Right, requireAction, type Session } from '@/lib/session'
import type { FormState } from './form-state'

/**
 * Runs what an action does for somebody with the right to it. Whatever fails becomes the sentence under the form, as an
 * error page would lose what was typed.
 */
export async function attempt(right: Right, act: (session: Session) => Promise<FormState>): Promise<FormState> {
  try {
    return await act(await requireAction(right))
  } catch (error) {
    unstable_rethrow(error)
    return { problem: words(asProblem(error)) }
  }
}

function words({ code, message }: Problem): string {
  const isOurs = code === 'internal-error' || code === 'database-away'
  const text = isOurs ? `${problems[code].title}: ${message.charAt(0).toLowerCase()}${message.slice(1)}` : message
  return /[.?]$/.test(text) ? text : `${text}.`
}
