import { cleanLine, cleanLines, cutText } from './cut-text'
import { plainSigns, smsText } from './sms-text'
import type { StatusWords } from './status-words'

/** Everything that a mail of a status page says; `note` is small print at its end. */
export type StatusMail = StatusWords & {
  page: string
  button: string
  url: string
  note: string
  stopUrl: string | null
}

/** The mail for readers of plain text. */
export function statusMailText({ title, body, button, url, note, stopUrl }: StatusMail): string {
  const print = cleanLine(note)
  const end = stopUrl === null ? print : `${print} To get no more of these: ${stopUrl}`
  return `${[cleanLine(title), cleanLines(body), `${button}: ${url}`, end].join('\n\n')}\n`
}

/** The same as one column that a phone shows without zooming. Mail readers know no style sheets: styles stand inline. */
export function statusMailHtml({ title, body, page, button, url, note, stopUrl }: StatusMail): string {
  const paragraphs = cleanLines(body)
    .split(/\n{2,}/)
    .map((part) => `<p style="margin:0 0 16px">${escaped(part).replaceAll('\n', '<br>')}</p>`)
    .join('')
  const stop =
    stopUrl === null ? '' : ` <a href="${escaped(stopUrl)}" style="color:#666">Get no more of these messages</a>.`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escaped(cleanLine(title))}</title>
</head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#1c1c1e;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto;padding:20px;background:#ffffff;border-radius:8px;overflow-wrap:anywhere">
<p style="margin:0 0 4px;color:#666;font-size:14px">${escaped(cleanLine(page))}</p>
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">${escaped(cleanLine(title))}</h1>
${paragraphs}
<p style="margin:0 0 20px"><a href="${escaped(url)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1c1c1e;color:#ffffff;font-weight:600;text-decoration:none">${escaped(button)}</a></p>
<p style="margin:0;color:#666;font-size:14px">${escaped(cleanLine(note))}${stop}</p>
</div>
</body>
</html>
`
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const mostSegments = 2

/** One text of at most two parts: the words, the link, and how to end it. */
export function statusSms({ title, body }: StatusWords, url: string): string {
  return smsText(`${cleanLine(title)}. ${cleanLine(body)}`, `${url}\nSTOP ends these texts.`, mostSegments)
}

/** The text that brings the code: one part, two where the page is called in other letters than ours. */
export function codeSms(code: string, page: string): string {
  return `${code} is your code for news of ${cutText(plainSigns(cleanLine(page)), 40)}. If you did not ask for it, do nothing.`
}
