import { describePattern } from './describe-pattern'
import { describePeriod } from './period'
import { linesOf, type Schedule } from './read-schedule'

const mostDescribed = 5

/** A schedule in one plain sentence: "every 3 days", "At 02:30 on weekdays, Berlin time (Europe/Berlin)". */
export function describeSchedule(schedule: Schedule): string {
  if (schedule.kind === 'period') return describePeriod(schedule.seconds)
  const lines = linesOf(schedule).map(({ pattern, zone }) => ({
    text: describePattern(pattern),
    zone: zoneText(zone ?? schedule.zone),
  }))
  const [first] = lines
  const oneZone = lines.every(({ zone }) => zone === first?.zone)
  const shown = lines.slice(0, mostDescribed).map(({ text, zone }, i) => {
    const words = oneZone ? text : `${text}, ${zone}`
    return i === 0 ? words : `${words.charAt(0).toLowerCase()}${words.slice(1)}`
  })
  const hidden = lines.length - shown.length
  if (hidden > 0) shown.push(`by ${hidden} more line${hidden === 1 ? '' : 's'}`)
  return `${shown.join('; and ')}${oneZone && first ? `, ${first.zone}` : ''}`
}

function zoneText(zone: string): string {
  if (/^(Etc\/)?UTC$/i.test(zone)) return 'UTC'
  const place = zone.includes('/') ? zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ') : null
  return place === null || zone.startsWith('Etc/') ? `in zone ${zone}` : `${place} time (${zone})`
}
