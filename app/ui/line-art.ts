/** What the line of the mark says: beating, flat with a gap, wavering, or nothing known. */
export type LineMood = 'quiet' | 'down' | 'amber' | 'away'

/** The one line of the product in a 32 x 16 box: flat when quiet but for one beat, a gap when something is dark. */
export const linePaths: Record<LineMood, string> = {
  quiet: 'M1 10h8.500l2.25-7 4 11 3-6.5 1.25 2.500H31',
  down: 'M1 10h9M22 10h9',
  amber: 'M1 10h6c2.5-6 4.5-6 6.5 0s4 6 6.5 0 2.5 0 4 0h7',
  away: 'M1 10h3.500M9.5 10H13M18 10h3.500M26.5 10H30',
}

const iconColours: Record<LineMood, string> = { quiet: '#2fbf71', down: '#ff5a52', amber: '#f2b13c', away: '#9aa0ab' }

/** The favicon as an SVG document: the line on black, so that it reads on any tab bar. */
export function faviconSvg(mood: LineMood): string {
  const scaled = `<g transform="translate(2.5 6.5) scale(.84 1.2)"><path d="${linePaths[mood]}" fill="none" stroke="${iconColours[mood]}" stroke-width="2.8" stroke-linecap="round" stroke-linejoin="round" vector-effect="non-scaling-stroke"/></g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b0c10"/>${scaled}</svg>`
}
