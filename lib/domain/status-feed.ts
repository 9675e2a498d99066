import { cleanLine, cleanLines } from './cut-text'
import type { PublicIncident } from './status-page'
import { incidentSentence, incidentTitle, lastedWords, overTitle, type Whose } from './status-words'

type Item = { guid: string; title: string; text: string; at: number; ref: string }
const mostItems = 100

/**
 * A feed of what happened, the newest first: each beginning, each word of an operator and each end is an item of its own,
 * as readers show an item once.
 */
export function statusFeed(
  incidents: readonly PublicIncident[],
  { title, url, feedUrl, whose, at }: { title: string; url: string; feedUrl: string; whose: Whose; at: number },
): string {
  const items = incidents
    .flatMap((incident) => itemsOf(incident, whose))
    .sort((a, b) => b.at - a.at || (a.guid < b.guid ? 1 : -1))
    .slice(0, mostItems)
  return `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>${xml(title)}</title>
<link>${xml(url)}</link>
<description>${xml(`Whether service is working: ${title}`)}</description>
<atom:link href="${xml(feedUrl)}" rel="self" type="application/rss+xml"/>
<lastBuildDate>${new Date(at).toUTCString()}</lastBuildDate>
<ttl>1</ttl>
${items.map((item) => itemText(item, url)).join('\n')}
</channel>
</rss>
`
}

function itemsOf(incident: PublicIncident, whose: Whose): Item[] {
  const { ref, beganAt, endedAt, updates } = incident
  const name = incidentTitle(incident, whose)
  const opened = {
    guid: `${ref}-opened`,
    title: name,
    // As it was then: an item that changes is not shown again.
    text: incidentSentence({ ...incident, endedAt: null, attended: false }, whose),
    at: beganAt,
    ref,
  }
  const said = updates.map(({ id, at, text }) => ({ guid: `${ref}-${id}`, title: name, text, at, ref }))
  if (endedAt === null) return [opened, ...said]
  const over = { title: overTitle(incident, whose), text: `It lasted ${lastedWords(endedAt - beganAt)}.` }
  return [opened, ...said, { guid: `${ref}-resolved`, ...over, at: endedAt, ref }]
}

const itemText = ({ guid, title, text, at, ref }: Item, url: string) => `<item>
<title>${xml(title)}</title>
<link>${xml(`${url}#${ref}`)}</link>
<guid isPermaLink="false">${xml(guid)}</guid>
<pubDate>${new Date(at).toUTCString()}</pubDate>
<description>${xml(cleanLines(text))}</description>
</item>`

/** Text of XML 1.0: what it may not hold is left out. */
const xml = (text: string) =>
  (text.includes('\n') ? text : cleanLine(text))
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
