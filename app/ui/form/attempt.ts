import { Problem } from '@/lib/problem'
import { type Right, requireAction, type Session } from '@/lib/session'
import type { FormState } from './form-state'

/** Runs what an action does for somebody with the right to it; a Problem becomes the sentence under the form. */
export async function attempt(right: Right, act: (session: Session) => Promise<FormState>): Promise<FormState> {
  try {
    return await act(await requireAction(right))
  } catch (error) {
    if (error instanceof Problem) return { problem: sentence(error.message) }
    throw error
  }
}

const sentence = (text: string) => (/[.?]$/.test(text) ? text : `${text}.`)
