import { priorities } from '@/lib/domain/priority-words'
import { incidentKinds, type RouteCondition } from '@/lib/domain/route'
import { roles } from '@/lib/domain/status'
import type { RouteInput } from '@/lib/store/routes'

const longestName = 120
const mostListed = 200

/** What the form of a route says it is for. Faults by field. */
export function readConditionForm(form: FormData): { condition: RouteCondition } | { errors: Record<string, string> } {
  const size = String(form.get('size') ?? '').trim()
  if (!/^\d{0,6}$/.test(size)) return { errors: { size: `Found “${size.slice(0, 20)}”, expected a whole number.` } }
  const listed = (name: string) => [
    ...new Set(
      form
        .getAll(name)
        .map((value) => String(value).trim())
        .filter(Boolean),
    ),
  ]
  const known = <T extends string>(name: string, values: readonly T[]) =>
    values.filter((one) => listed(name).includes(one))
  const [sites, tags, clients] = [listed('site'), listed('tag'), listed('client')]
  if ([sites, tags, clients].some((names) => names.length > mostListed))
    return { errors: { size: `Found more than ${mostListed} names, expected at most that many.` } }
  return {
    condition: {
      kinds: known('kind', incidentKinds),
      roles: known('role', roles),
      priorities: known('priority', priorities),
      sites,
      tags,
      clients,
      sizeFrom: Number(size),
    },
  }
}

/** The whole form of a route. Faults by field. */
export function readRouteForm(form: FormData): { route: RouteInput } | { errors: Record<string, string> } {
  const read = readConditionForm(form)
  if ('errors' in read) return read
  const name = String(form.get('name') ?? '').trim()
  if (name === '') return { errors: { name: 'Write a name.' } }
  if (name.length > longestName || /\p{Cc}/u.test(name))
    return { errors: { name: `Expected at most ${longestName} characters in one line.` } }
  const channelIds = [...new Set(form.getAll('channel').map(Number))].filter((id) => Number.isInteger(id) && id > 0)
  if (channelIds.length === 0) return { errors: { channel: 'Tick whom it leads to.' } }
  return { route: { name, condition: read.condition, channelIds } }
}
