import { tomorrowMorning } from '@/lib/domain/quiet-time'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

/**
 * What a quick blackout asks for, as readBlackout takes it: for an hour, until tomorrow morning, the next periods of one
 * job, a range, or until it is ended. `now` is epoch ms.
 */
export function quickBlackout(form: FormData, targetIds: number[], now: number): Record<string, unknown> {
  const zone = text(form, 'zone') || 'UTC'
  const said = { targetIds, zone, reason: text(form, 'reason'), planned: form.get('planned') !== null, fromAt: now }
  switch (text(form, 'quiet')) {
    case 'periods':
      return { ...said, kind: 'periods', periodsLeft: Number(text(form, 'periods')) }
    case 'morning':
      return { ...said, kind: 'range', untilAt: tomorrowMorning(now, zone) }
    case 'range':
      return { ...said, kind: 'range', fromAt: text(form, 'from') || now, untilAt: text(form, 'until') }
    case 'open':
      return { ...said, kind: 'open' }
    default:
      return { ...said, kind: 'range', untilAt: now + 3_600_000 }
  }
}
