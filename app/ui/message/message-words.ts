import type { ListedMessage, ToldClient } from '@/lib/store/client-message-history'

export const mediumWords = { sms: 'Text', email: 'E-mail' } as const
export const languageWords: Record<string, string> = { en: 'English', es: 'Spanish', fr: 'French', de: 'German' }

/** "38 clients", "1 client". */
export const clientsWord = (count: number) =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? 'client' : 'clients'}`

/** "$0.63", or with the letters of the currency. */
export function priceWords(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 2 }).format(amount)
  } catch {
    return `${amount.toFixed(2)} ${currency}`
  }
}

type Standing = Pick<ListedMessage, 'state' | 'told' | 'failed' | 'doubtful' | 'left' | 'waiting' | 'back' | 'why'>

/** How a message stands, in a few words. */
export function standingWords({ state, told, waiting, why }: Standing): string {
  if (state === 'draft') return 'Draft'
  if (state === 'waiting') return 'Waits'
  if (state === 'sending') return `Telling ${clientsWord(waiting)}`
  if (state === 'called_off') return 'Called off'
  if (state === 'cancelled') return 'Cancelled'
  return why ? `${why}: ${clientsWord(told)} told` : `${clientsWord(told)} told`
}

/** What went otherwise, each with its count; empty where nothing did. */
export function restWords({ failed, doubtful, left, back }: Standing): string[] {
  return [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(doubtful > 0 ? [`${doubtful} in doubt`] : []),
    ...(left > 0 ? [`${left} left out`] : []),
    ...(back > 0 ? [`${back} told of its end`] : []),
  ]
}

export const recipientWords: Record<ToldClient['state'], string> = {
  waiting: 'Waits',
  sending: 'On its way',
  sent: 'Accepted',
  delivered: 'Delivered',
  failed: 'Failed',
  skipped: 'Left out',
  doubtful: 'In doubt',
}
