/** What became of a text, by Twilio's word for it. Null: a word that says nothing yet. */
export function smsOutcome(status: string): 'accepted' | 'delivered' | 'failed' | null {
  const word = status.toLowerCase()
  if (['accepted', 'scheduled', 'queued', 'sending', 'sent'].includes(word)) return 'accepted'
  if (word === 'delivered' || word === 'read') return 'delivered'
  return ['undelivered', 'failed', 'canceled'].includes(word) ? 'failed' : null
}

const codes: Record<string, string> = {
  '21610': 'the recipient said STOP',
  '21211': 'it is no number that can be texted',
  '21614': 'it is no number that can be texted',
  '30003': 'the phone cannot be reached',
  '30004': 'the recipient blocks it',
  '30005': 'the number is not known',
  '30006': 'it is a landline, or its carrier cannot be reached',
  '30007': 'the carrier filtered it',
  '30008': 'the carrier does not say why',
}

/** Why a text did not arrive, in words with its code. */
export function smsFailure(code: string | null): string {
  if (!code) return 'Twilio does not say why'
  const words = codes[code]
  return words === undefined ? `Twilio says ${code}` : `${words} (code ${code})`
}

/** True where an answer of Twilio's says that the number opted out with it. */
export const saysStopped = (answer: string): boolean => /\(code 21610\)/.test(answer)

export type Counts = { told: number; failed: number; doubtful: number; left: number }

/** The line of an incident's story when a message has come to its end. */
export function outcomeNote(part: 'first' | 'follow_up', { told, failed, doubtful, left }: Counts): string {
  const clients = (count: number) => `${count} ${count === 1 ? 'client' : 'clients'}`
  const rest = [
    ...(failed > 0 ? [`${failed} could not be reached`] : []),
    ...(doubtful > 0 ? [`of ${doubtful} it is not known`] : []),
    ...(left > 0 ? [`${left} left out`] : []),
  ].join(', ')
  const said = part === 'first' ? `${clients(told)} told` : `${clients(told)} told that it is over`
  return `${said}${rest === '' ? '' : `; ${rest}`}.`
}

/** Why nobody was told by a message that waited. */
export function overBefore(incident: { openedAt: Date; resolvedAt: Date | null; resolvedBy: string | null }): string {
  const { openedAt, resolvedAt, resolvedBy } = incident
  if (resolvedBy !== null) return `${resolvedBy} resolved it by hand before anybody was told`
  if (resolvedAt === null) return 'Nobody was cut off any more when it was due'
  const minutes = Math.max(1, Math.round((resolvedAt.getTime() - openedAt.getTime()) / 60_000))
  return `It was over after ${minutes} min: nobody was told`
}
