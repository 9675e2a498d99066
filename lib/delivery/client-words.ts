import { cleanLine, cleanLines, cutText } from '@/lib/domain/cut-text'
import type { MessageMedium } from '@/lib/domain/message-recipient'
import { instantWords, lastedWords, type MessagePart, type MessageTemplate, wordsFor } from '@/lib/domain/message-words'
import { plainSigns, smsSize, smsText } from '@/lib/domain/sms-text'
import { renderPayload } from './payload-template'

/** What a message says to one client. Instants are Dates; endedAt: null while it goes on. */
export type WordFacts = {
  part: MessagePart
  medium: MessageMedium
  language: string
  client: { name: string; company: string | null; person: string | null; number: string | null }
  zone: string
  sender: string
  incident: { siteName: string | null; cause: string | null; beganAt: Date; resolvedAt: Date | null } | null
  now: Date
}

/** The values that templates may name, in snake_case. */
export function wordValues(facts: WordFacts): Record<string, unknown> {
  const { client, zone, sender, incident, language, now, medium } = facts
  const endedAt = incident?.resolvedAt ?? null
  const said = (at: Date | null | undefined) => {
    const words = at ? instantWords(at.getTime(), now.getTime(), { language, zone }) : ''
    return medium === 'sms' ? inGsm(words) : words
  }
  return {
    client: {
      name: cleanLine(client.person || client.company || client.name),
      company: cleanLine(client.company ?? ''),
      person: cleanLine(client.person ?? ''),
      number: client.number ?? '',
    },
    sender: cleanLine(sender),
    site: cleanLine(incident?.siteName ?? ''),
    cause: incident?.cause ?? '',
    began: said(incident?.beganAt),
    began_at: incident?.beganAt.toISOString() ?? '',
    ended: said(endedAt),
    ended_at: endedAt?.toISOString() ?? '',
    lasted: incident ? lastedWords((endedAt ?? now).getTime() - incident.beganAt.getTime()) : '',
  }
}

/** A day without its accents where one of them would halve what a text holds (sáb, août); other letters as they are. */
function inGsm(words: string): string {
  const bare = plainSigns(words.normalize('NFD').replace(/\p{M}/gu, ''))
  return smsSize(plainSigns(words)).encoding === 'UCS-2' && smsSize(bare).encoding === 'GSM-7' ? bare : words
}

/** What one client is told, from the words for its language; a text within `mostParts`. */
export function composeWords(
  template: MessageTemplate,
  facts: WordFacts,
  mostParts: number,
): { subject: string; body: string } | { fault: string } {
  const words = wordsFor(template[facts.part], facts.medium, facts.language)
  if (!words) return { fault: `The template has no words for ${facts.medium === 'sms' ? 'texts' : 'e-mail'}` }
  // In the language of the words: where a client's own has none, its dates are not of another one.
  const values = wordValues({ ...facts, language: words.language })
  const [subject, body] = [words.subject, words.body].map((text) => renderPayload(text, values, 'text'))
  if (!subject || !body) return { fault: 'The template has no words' }
  if ('fault' in subject) return { fault: `The subject cannot be made: ${subject.fault.message}` }
  if ('fault' in body) return { fault: `The words cannot be made: ${body.fault.message}` }
  const text = cleanLines(body.payload).trim()
  if (text === '') return { fault: 'The template makes an empty message' }
  if (facts.medium === 'sms') return { subject: '', body: smsText(text, '', mostParts).trim() }
  return { subject: cutText(cleanLine(subject.payload), 200) || 'Your service', body: cutText(text, 20_000) }
}

const endWords: Record<string, string> = {
  en: 'No more of these mails:',
  es: 'No recibir más estos correos:',
  fr: 'Ne plus recevoir ces messages :',
  de: 'Keine solchen Nachrichten mehr:',
}

/** A mail's text and HTML, with the link that ends such mails under them. */
export function mailOfWords(body: string, language: string, optOutUrl: string | null): { text: string; html: string } {
  const ends = endWords[language.toLowerCase().split('-', 1)[0] ?? ''] ?? endWords.en ?? ''
  const paragraphs = body
    .split(/\n{2,}/)
    .map((part) => `<p style="margin:0 0 16px">${escaped(part).replaceAll('\n', '<br>')}</p>`)
    .join('\n')
  const foot =
    optOutUrl === null
      ? ''
      : `<p style="margin:24px 0 0;font-size:13px;color:#666">${escaped(ends)} <a href="${escaped(optOutUrl)}" style="color:#666">${escaped(new URL(optOutUrl).hostname)}</a></p>`
  return {
    text: `${body}\n${optOutUrl === null ? '' : `\n-- \n${ends} ${optOutUrl}\n`}`,
    html: `<!doctype html>
<html lang="${escaped(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1c1c1e;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere" dir="auto">
${paragraphs}
${foot}
</div>
</body>
</html>
`,
  }
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
