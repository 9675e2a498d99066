import { describe, expect, test } from 'vitest'
import { type ScheduleSaid, scheduleMeant } from '@/lib/domain/job-schedule'
import type { Schedule } from '@/lib/domain/schedule'

const minute: Schedule = { kind: 'period', seconds: 60 }
const nightly: Schedule = { kind: 'cron', expression: '0 2 * * *', zone: 'Europe/Berlin' }
const over = (said: ScheduleSaid, schedule: Schedule | null) =>
  scheduleMeant(said, schedule && { schedule, zone: schedule.kind === 'period' ? 'Asia/Tokyo' : schedule.zone })

describe('over nothing', () => {
  test.each<[ScheduleSaid, object]>([
    [{ interval: 60 }, { schedule: minute }],
    [
      { interval: 60, zone: 'Asia/Tokyo', kind: 'period' },
      { schedule: minute, zone: 'Asia/Tokyo' },
    ],
    [{ expression: '0 2 * * *' }, { schedule: { ...nightly, zone: 'UTC' }, zone: 'UTC' }],
    [
      { expression: '0 2 * * *', zone: 'Europe/Berlin' },
      { schedule: nightly, zone: 'Europe/Berlin' },
    ],
    [{ expression: 'daily' }, { schedule: { kind: 'oncalendar', expression: 'daily', zone: 'UTC' } }],
    [{}, { fault: 'expected_interval: found neither it nor a schedule, expected one of the two' }],
    [{ interval: null, expression: null }, { fault: expect.stringContaining('found neither') }],
    [{ interval: 1.5 }, { fault: expect.stringMatching(/^expected_interval: found 1.5 seconds/) }],
    [{ expression: 'x' }, { fault: expect.stringMatching(/^schedule: /) }],
    [{ expression: '0 2 * * *', zone: 'Nowhere' }, { fault: expect.stringMatching(/^timezone: found "Nowhere"/) }],
  ])('%j', (said, expected) => expect(over(said, null)).toMatchObject(expected))
})

describe('over a period', () => {
  test.each<[ScheduleSaid, object]>([
    [{}, { zone: undefined }],
    [{ zone: 'UTC' }, { zone: 'UTC' }],
    [{ kind: 'period' }, { zone: undefined }],
    [{ kind: 'cron' }, { fault: 'schedule: found none, expected one of the kind cron' }],
    [{ expression: '0 2 * * *' }, { schedule: { ...nightly, zone: 'Asia/Tokyo' } }],
  ])('%j', (said, expected) => expect(over(said, minute)).toMatchObject(expected))
  test('says nothing of the schedule when nothing is said', () =>
    expect(over({}, minute)).not.toHaveProperty('schedule'))
})

describe('over a cron line', () => {
  test.each<[ScheduleSaid, object]>([
    [{}, {}],
    [{ interval: null }, {}],
    [{ interval: 60 }, { schedule: minute }],
    [{ zone: 'UTC' }, { schedule: { ...nightly, zone: 'UTC' }, zone: 'UTC' }],
    [{ kind: 'cron' }, { schedule: nightly }],
    [{ kind: 'period' }, { fault: 'expected_interval: found none, expected seconds' }],
    [{ kind: 'oncalendar' }, { fault: expect.stringMatching(/^schedule: /) }],
    [{ expression: '5 2 * * *' }, { schedule: { ...nightly, expression: '5 2 * * *' } }],
    [{ expression: '5 2 * * *', kind: 'period' }, { fault: expect.stringMatching(/^schedule_kind: /) }],
  ])('%j', (said, expected) => expect(over(said, nightly)).toMatchObject(expected))
})
