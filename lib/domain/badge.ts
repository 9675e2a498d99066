import { type EkgBeat, ekgStrip } from './ekg'
import type { Status } from './status'

export const badgeStyles = ['flat', 'ekg'] as const
export type BadgeStyle = (typeof badgeStyles)[number]

/** What a badge shows of a job; beats oldest first. */
export type BadgeJob = { name: string; status: Status; beats: readonly EkgBeat[] }

type Tone = 'up' | 'amber' | 'down' | 'blue' | 'still'
const tones: Record<Status, Tone> = {
  up: 'up',
  late: 'amber',
  suspect: 'amber',
  degraded: 'amber',
  down: 'down',
  unreachable: 'down',
  new: 'blue',
  paused: 'still',
  unknown: 'still',
}
/** On light ground, on dark ground; white reads on the first as the fill of a flat badge. */
const colours: Record<Tone, readonly [light: string, dark: string]> = {
  up: ['#17803f', '#4ade80'],
  amber: ['#a15c00', '#fbbf4b'],
  down: ['#c8271c', '#ff7a70'],
  blue: ['#2257c5', '#8ab8ff'],
  still: ['#5c6470', '#a5adba'],
}

/** The state of each kind as a shape of 12 x 12, so that it is read without its colour. */
const shapes: Record<Tone, string> = {
  up: 'M6 2a4 4 0 1 0 0 8 4 4 0 1 0 0-8z',
  amber:
    'M6 1.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 1 0 0-9zm0 1.500a3 3 0 1 1 0 6 3 3 0 1 1 0-6zM5.400 4h1.200v2l1.500 1-.7.900L5.400 6.500z',
  down: 'M0 4.500h4.500v3H0zM7.500 4.500H12v3H7.500z',
  blue: 'M6 2a4 4 0 1 0 0 8 4 4 0 1 0 0-8zm0 1.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 1 1 0-4.400z',
  still: 'M3 2.500h2v7H3zM7 2.500h2v7H7z',
}

const longestName = 48

/** A status badge as an SVG document: `flat` beside others of its kind, `ekg` with the line of the last beats. */
export function badgeSvg(job: BadgeJob, style: BadgeStyle): string {
  return style === 'flat' ? flat(job) : ekg(job)
}

function flat({ name, status }: BadgeJob): string {
  const label = cut(name)
  const [left, right] = [textWidth(label, 11) + 14, textWidth(status, 11) + 30]
  const width = left + right
  const [fill] = colours[tones[status]]
  return document(width, 20, `${name}: ${status}`, '', [
    `<clipPath id="r"><rect width="${width}" height="20" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)"><path fill="#3b424d" d="M0 0h${left}v20H0z"/><path fill="${fill}" d="M${left} 0h${right}v20H${left}z"/></g>`,
    `<path fill="#fff" transform="translate(${left + 7} 4)" d="${shapes[tones[status]]}"/>`,
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">`,
    text(label, 7, 14, left - 14),
    text(status, left + 23, 14, right - 30),
    '</g>',
  ])
}

const [ekgWidth, ekgHeight, slots] = [320, 72, 26]

function ekg({ name, status, beats }: BadgeJob): string {
  const tone = tones[status]
  const [inner, tall] = [ekgWidth - 32, 30]
  const shape = ekgStrip(beats, { width: inner, height: tall, slots })
  const font = `font-family="-apple-system,BlinkMacSystemFont,'Segoe UI',Inter,Helvetica,Arial,sans-serif" font-size="13" font-weight="600"`
  const wordWidth = textWidth(status, 13)
  const room = inner - wordWidth - 36
  const stroke = (path: string, of: Tone | 'rule', more = '') =>
    path === ''
      ? ''
      : `<path class="${of}-line" fill="none" stroke="${of === 'rule' ? '#d4d8df' : colours[of][0]}" ${more} d="${path}"/>`
  return document(ekgWidth, ekgHeight, `${name}: ${status}`, darkRules, [
    '<defs><linearGradient id="f"><stop offset="0" stop-color="#fff" stop-opacity=".15"/><stop offset=".5" stop-color="#fff"/></linearGradient>',
    `<mask id="m"><rect width="${inner}" height="${tall}" y="-2" fill="url(#f)"/></mask></defs>`,
    `<rect class="card" x=".5" y=".5" width="${ekgWidth - 1}" height="${ekgHeight - 1}" rx="8" fill="none" stroke="#d4d8df"/>`,
    `<g ${font}>`,
    `<text class="ink" x="16" y="25" fill="#1c2230"${textWidth(name, 13) > room ? ` textLength="${Math.round(Math.min(room, textWidth(cut(name), 13)))}" lengthAdjust="spacingAndGlyphs"` : ''}>${escaped(cut(name))}</text>`,
    `<text class="${tone}" x="${ekgWidth - 16}" y="25" text-anchor="end" fill="${colours[tone][0]}">${status}</text>`,
    '</g>',
    `<path class="${tone}" transform="translate(${ekgWidth - 34 - wordWidth} 14.500)" fill="${colours[tone][0]}" d="${shapes[tone]}"/>`,
    `<g transform="translate(16 34)" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">`,
    stroke(`M0 ${Math.round(tall * 0.66 * 10) / 10}H${inner}`, 'rule', 'stroke-width="1" stroke-dasharray="1 5"'),
    '<g mask="url(#m)">',
    stroke(shape.line, 'up'),
    stroke(shape.late, 'amber', 'stroke-width="2"'),
    stroke(shape.dark, 'down', 'stroke-width="2"'),
    stroke(shape.missed, 'down', 'stroke-width="2" stroke-linecap="butt"'),
    '</g></g>',
  ])
}

const darkRules = `<style>@media (prefers-color-scheme:dark){.ink{fill:#eef0f4}.card,.rule-line{stroke:#3a404b}${(
  Object.keys(colours) as Tone[]
)
  .map((tone) => `.${tone}{fill:${colours[tone][1]}}.${tone}-line{stroke:${colours[tone][1]}}`)
  .join('')}}</style>`

function document(width: number, height: number, title: string, head: string, parts: string[]): string {
  const name = escaped(title)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}"><title>${name}</title>${head}${parts.join('')}</svg>`
}

const text = (words: string, x: number, y: number, width: number) =>
  `<text x="${x}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(words)}</text>`

/** A name as it fits: cut by letters, never inside one. */
function cut(name: string): string {
  const letters = [...name]
  return letters.length > longestName ? `${letters.slice(0, longestName - 1).join('')}…` : name
}

/** Text for XML: its five characters, and none of those that XML cannot say. */
const escaped = (words: string) =>
  words
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** About how wide a text is in a common sans of `size` px; the font that draws it is made to fit. */
function textWidth(words: string, size: number): number {
  let width = 0
  for (const letter of words) {
    if (/[ijlI.,:;'|!()[\]]/.test(letter)) width += 0.34
    else if (/[mwMW@%]/.test(letter)) width += 0.92
    else if (/[A-Z]/.test(letter)) width += 0.7
    else if (letter <= '\u024f') width += 0.6
    else width += 1
  }
  return Math.round(width * size)
}
