'use server'
import { revalidatePath } from 'next/cache'
import { headers } from 'next/headers'
import { unstable_rethrow } from 'next/navigation'
import { readToken } from '@/lib/action-tokens'
import { asProblem } from '@/lib/problem'
import { allows } from '@/lib/rights'
import { sessionOfCookieHeader } from '@/lib/session'
import { acknowledgeByLink, type LinkResult } from '@/lib/store/incident-links'
import type { FormState } from '../form/form-state'

const sentences: Record<LinkResult, FormState> = {
  done: { done: 'Acknowledged. The others see that somebody is on it.' },
  stands: { done: 'Somebody was first: it is acknowledged.' },
  resolved: { problem: 'It is over already: there is nothing to acknowledge any more.' },
  spent: {
    problem: 'This link was used once already, and that was taken back since. Sign in to acknowledge it again.',
  },
  missing: { problem: 'What this link was about is no longer there.' },
  revoked: { problem: 'The channel that this link was sent to is no longer there, so it is not good any more.' },
}

/** Acknowledges by the link of a message: the token is the credential, good once. Whoever is signed in is named instead. */
export async function acknowledgeLink(_: FormState, form: FormData): Promise<FormState> {
  try {
    const now = new Date()
    const read = readToken(String(form.get('token') ?? ''), now)
    if ('refused' in read) return { problem: 'This link is not good any more. Sign in to acknowledge it there.' }
    const session = await sessionOfCookieHeader((await headers()).get('cookie'))
    const actor = session && allows(session.role, 'write') ? { name: session.name, userId: session.userId } : null
    const result = await acknowledgeByLink(read.token, actor, now)
    revalidatePath('/', 'layout')
    return sentences[result]
  } catch (error) {
    unstable_rethrow(error)
    return { problem: `${asProblem(error).message}. Try again, or sign in and acknowledge it there.` }
  }
}
