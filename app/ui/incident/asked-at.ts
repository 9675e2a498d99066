import { instantOfWall } from '@/lib/domain/wall-instant'

/** The instant that the address asks about, epoch ms: ISO with a zone, or wall time in `zone`; null: it names none. */
export function askedAt(at: unknown, zone: unknown): number | null {
  if (typeof at !== 'string') return null
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(at)) return known(Date.parse(at))
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(at)) return null
  const wall = known(Date.parse(`${at}Z`))
  const place = typeof zone === 'string' && isZone(zone) ? zone : 'UTC'
  return wall === null ? null : instantOfWall(place, wall, 'later')
}

const known = (instant: number) => (Number.isNaN(instant) ? null : instant)

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
