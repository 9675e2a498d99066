import { cleanLine, cleanLines } from '@/lib/domain/cut-text'
import { bodyText, type Notice, type Tone, toneOf } from '@/lib/domain/notice'

type Words = Pick<
  Notice,
  'title' | 'body' | 'late' | 'facts' | 'url' | 'acknowledgeUrl' | 'event' | 'priority' | 'under'
>

/** The mail for readers of plain text. */
export function mailText(notice: Words): string {
  const facts = notice.facts.map(({ label, value }) => `${cleanLine(label)}: ${cleanLine(value)}`)
  const links = [`Open: ${notice.url}`]
  if (notice.acknowledgeUrl !== null) links.push(`Acknowledge: ${notice.acknowledgeUrl}`)
  const parts = [cleanLine(notice.title), cleanLines(bodyText(notice)), facts.join('\n'), links.join('\n')]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

const colours: Record<Tone, string> = { bad: '#b3261e', warning: '#9a5b00', good: '#1a7f37', plain: '#0b57d0' }

/** The same as one column that a phone shows without zooming. Mail readers know no style sheets: styles stand inline. */
export function mailHtml(notice: Words): string {
  const colour = colours[toneOf(notice)]
  const lines = cleanLines(bodyText(notice))
    .split('\n')
    .map((line) => escaped(line))
    .join('<br>')
  const rows = notice.facts.map(
    ({ label, value }) =>
      `<tr><td style="padding:4px 16px 4px 0;color:#666;vertical-align:top;overflow-wrap:normal">${escaped(cleanLine(label))}</td><td style="padding:4px 0;vertical-align:top">${escaped(cleanLine(value))}</td></tr>`,
  )
  const acknowledge =
    notice.acknowledgeUrl === null ? '' : button('Acknowledge', notice.acknowledgeUrl, '#ffffff', colour, colour)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escaped(cleanLine(notice.title))}</title>
</head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#1c1c1e;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:20px;background:#ffffff;border-top:6px solid ${colour};border-radius:8px;overflow-wrap:anywhere">
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3;color:${colour}">${escaped(cleanLine(notice.title))}</h1>
<p style="margin:0 0 16px">${lines}</p>
${rows.length === 0 ? '' : `<table role="presentation" style="border-collapse:collapse;margin:0 0 20px;font-size:15px">${rows.join('')}</table>`}
<p style="margin:0">${button('Open in Beatline', notice.url, colour, '#ffffff', colour)} ${acknowledge}</p>
</div>
</body>
</html>
`
}

/** At least 44 px high, for thumbs. */
function button(words: string, url: string, background: string, colour: string, border: string): string {
  const style = `display:inline-block;margin:0 8px 8px 0;padding:10px 18px;border:1px solid ${border};border-radius:6px;background:${background};color:${colour};font-weight:600;text-decoration:none`
  return `<a href="${escaped(url)}" style="${style}">${words}</a>`
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
