import { describe, expect, test } from 'vitest'
import { askedAt } from '@/app/ui/incident/asked-at'

describe('the instant that an address asks about', () => {
  test.each<[unknown, unknown, string | null]>([
    ['2026-11-21T03:12', 'Europe/Berlin', '2026-11-21T02:12:00.000Z'],
    ['2026-11-21T03:12:30', 'Europe/Berlin', '2026-11-21T02:12:30.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'], // comes twice: the later
    ['2026-11-21T03:12', 'Mars/Base', '2026-11-21T03:12:00.000Z'],
    ['2026-11-21T03:12', undefined, '2026-11-21T03:12:00.000Z'],
    ['2026-11-21T03:12:00.000Z', 'Europe/Berlin', '2026-11-21T03:12:00.000Z'],
    ['2026-11-21T03:12:00+01:00', undefined, '2026-11-21T02:12:00.000Z'],
    ['2026-13-41T03:12', 'Europe/Berlin', null],
    ['2026-13-41T03:12:00Z', undefined, null],
    ['yesterday', 'UTC', null],
    [['2026-11-21T03:12'], 'UTC', null],
    [undefined, undefined, null],
  ])('%s in %s is %s', (at, zone, instant) => {
    const asked = askedAt(at, zone)
    expect(asked === null ? null : new Date(asked).toISOString()).toBe(instant)
  })
})
