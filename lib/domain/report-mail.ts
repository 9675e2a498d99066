import { cleanLine } from './cut-text'
import { durationWords } from './duration'
import type { MeanPeriod } from './uptime-of-many'
import { periodWords, uptimeWords } from './uptime-words'

/** What a mailed report says: of clients, devices or jobs in a month (2026-10). */
export type Report = {
  month: string
  zone: string
  words: string // "clients"
  whole: MeanPeriod
  worst: readonly { name: string; uptime: number; dark: number; outages: number }[]
  sites: readonly { name: string; uptime: number | null; counted: number; dark: number }[]
  url: string
}
type Table = { title: string; head: string[]; rows: string[][] }

const mostSites = 15
const number = new Intl.NumberFormat('en-GB')

/** The monthly report as a mail: the figures, the worst and the sites, and where the whole of it is. */
export function reportMail(report: Report): { subject: string; text: string; html: string } {
  const { month, words, whole, zone, url } = report
  const title = `Uptime in ${periodWords('month', `${month}-01`)}: ${uptimeWords(whole.uptime)}`
  const share = (part: number) => `${((100 * part) / Math.max(1, whole.lasted)).toFixed(2)} %`
  const facts: [string, string][] = [
    [`Mean of ${number.format(whole.counted)} ${words}`, uptimeWords(whole.uptime)],
    ['Were dark at some time', number.format(whole.touched)],
    ['Dark, together', durationWords(whole.dark)],
    ['Planned, left out', share(whole.planned)],
    ['Unknown, left out', share(whole.unknown)],
  ]
  const tables = tablesOf(report)
  const note = `The month is that of ${zone}.`
  const text = [
    title,
    facts.map(([label, value]) => `${label}: ${value}`).join('\n'),
    ...tables.map(({ title: head, rows }) => `${head}\n${rows.map((row) => row.join('  ')).join('\n')}`),
    `The whole report: ${url}`,
    note,
  ].join('\n\n')
  return { subject: title, text: `${text}\n`, html: htmlOf({ title, facts, tables, url, note }) }
}

function tablesOf({ worst, sites }: Report): Table[] {
  const worstRows = worst.map(({ name, uptime, dark, outages }) => [
    cleanLine(name),
    uptimeWords(uptime),
    durationWords(dark),
    `${outages} ${outages === 1 ? 'time' : 'times'}`,
  ])
  const siteRows = sites
    .slice(0, mostSites)
    .map(({ name, uptime, counted, dark }) => [
      cleanLine(name),
      uptimeWords(uptime),
      durationWords(dark),
      number.format(counted),
    ])
  const more = sites.length > mostSites ? ` (the worst ${mostSites} of ${sites.length})` : ''
  return [
    { title: 'The worst', head: ['Name', 'Uptime', 'Dark', 'Times'], rows: worstRows },
    { title: `By site${more}`, head: ['Site', 'Uptime', 'Dark, together', 'Counted'], rows: siteRows },
  ].filter(({ rows }) => rows.length > 0)
}

type Parts = { title: string; facts: [string, string][]; tables: Table[]; url: string; note: string }

/** Mail readers know no style sheets: styles stand inline. */
function htmlOf({ title, facts, tables, url, note }: Parts): string {
  const cell = 'padding:4px 16px 4px 0;vertical-align:top'
  const row = (cells: readonly string[], tag: 'td' | 'th' = 'td') =>
    `<tr>${cells
      .map((text, i) => `<${tag} style="${cell};text-align:${i === 0 ? 'left' : 'right'}">${escaped(text)}</${tag}>`)
      .join('')}</tr>`
  const table = (rows: string) =>
    `<table style="border-collapse:collapse;margin:0 0 20px;font-size:15px">${rows}</table>`
  const sections = tables.map(
    (one) =>
      `<h2 style="margin:0 0 8px;font-size:16px">${escaped(one.title)}</h2>${table(row(one.head, 'th') + one.rows.map((cells) => row(cells)).join(''))}`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escaped(title)}</title>
</head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#1c1c1e;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:640px;margin:0 auto;padding:20px;background:#ffffff;border-radius:8px;overflow-wrap:anywhere">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">${escaped(title)}</h1>
${table(facts.map((fact) => row(fact)).join(''))}
${sections.join('\n')}
<p style="margin:0 0 12px"><a href="${escaped(url)}" style="color:#0b57d0;font-weight:600">The whole report</a></p>
<p style="margin:0;color:#666;font-size:13px">${escaped(note)}</p>
</div>
</body>
</html>
`
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
