import { type DigestFacts, digestWords } from './digest-words'
import type { PushMessage, SendingMoment } from './message'

const mostNames = 4
const mostNameLength = 60

/** The push message of a digest: "12 incidents: 7 down, 5 over", a few names, and the way to all of them. */
export function pushDigest(facts: DigestFacts, moment: SendingMoment): PushMessage {
  const navigate = new URL('/incidents', moment.siteUrl).href
  const names = facts.items.slice(0, mostNames).map(({ name }) => shortened(name))
  const more = facts.items.length - names.length
  return {
    web_push: 8030,
    notification: {
      title: digestWords(facts, moment).title,
      body: `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
      navigate,
      tag: `digest-${moment.deliveryId}`,
      lang: 'en',
      dir: 'ltr',
      silent: false,
      data: {
        delivery_id: moment.deliveryId,
        incident_id: null,
        event: 'digest',
        url: '/incidents',
        open_incidents: moment.openIncidents,
      },
      actions: [{ action: 'open', title: 'Open', navigate }],
    },
  }
}

// A push service takes 4 kB.
const shortened = (name: string) => (name.length > mostNameLength ? `${name.slice(0, mostNameLength - 1)}…` : name)
