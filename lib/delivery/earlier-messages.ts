import type { Notice, Reference } from '@/lib/domain/notice'

const most = 5

/** The messages of an identity that a chat shows, oldest first. */
export function earlierMessages(reference: Reference): string[] {
  return reference?.message_ids?.split(',').filter((id) => id !== '') ?? []
}

/** The list with one more; of many, the first and the newest are kept. */
export function withMessage(earlier: readonly string[], id: string): string {
  const all = [...earlier, id]
  return (all.length <= most ? all : [...all.slice(0, 1), ...all.slice(1 - most)]).join(',')
}

/**
 * The messages that a notice rewrites, none when it needs a new one. Growth changes the newest; the end changes all, so
 * that no reminder below still says down. An edit rings on no phone, so a reminder and an escalation are new messages.
 */
export function messagesToEdit(event: Notice['event'], reference: Reference): string[] {
  const earlier = earlierMessages(reference)
  if (event === 'grew') return earlier.slice(-1)
  return event === 'resolved' ? earlier : []
}
