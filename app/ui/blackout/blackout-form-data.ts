import { readBlackout } from '@/lib/domain/blackout'

/** The form of a blackout as readBlackout takes it; `now` is epoch ms. */
export function readBlackoutForm(form: FormData, now: number): ReturnType<typeof readBlackout> {
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const kind = text('kind')
  return readBlackout(
    {
      kind,
      reason: text('reason'),
      zone: text('zone') || 'UTC',
      coversAll: form.get('scope') === 'all',
      targetIds: form.get('scope') === 'all' ? [] : form.getAll('target').map(Number),
      siteIds: form.get('scope') === 'all' ? [] : form.getAll('site').map(Number),
      tags: form.get('scope') === 'all' ? [] : form.getAll('tag').map(String),
      fromAt: text('from') || undefined,
      untilAt: text('until') || undefined,
      weekdays: form.getAll('weekday').map(Number),
      startMinute: text('start') || undefined,
      endMinute: text('end') || undefined,
      periodsLeft: text('periods') === '' ? undefined : Number(text('periods')),
      planned: form.get('planned') !== null,
    },
    now,
  )
}

const fields: Record<string, string> = {
  fromAt: 'from',
  untilAt: 'until',
  weekdays: 'weekday',
  startMinute: 'start',
  endMinute: 'end',
  periodsLeft: 'periods',
  targetIds: 'target',
}

/** A fault of readBlackout, which names the field first, at the field of the form. */
export function faultAtField(fault: string): { errors: Record<string, string> } | { problem: string } {
  const [, field = '', rest = ''] = /^([a-zA-Z]+): (.+)$/s.exec(fault) ?? []
  if (!rest) return { problem: fault }
  return { errors: { [fields[field] ?? field]: `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.` } }
}
