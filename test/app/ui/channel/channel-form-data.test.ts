import { describe, expect, test } from 'vitest'
import { faultsAtFields, readChannelForm } from '@/app/ui/channel/channel-form-data'
import { draftOf, type HoursDraft, hoursOf, presetNames, presetOf, rangeDrafts } from '@/app/ui/channel/hours-draft'
import type { Hours } from '@/lib/domain/hours'
import { hoursPresets } from '@/lib/domain/hours-words'
import { ChannelInput, hoursOnWire } from '@/lib/wire/rest-channels'

const hours: Hours = {
  zone: 'Europe/Berlin',
  ranges: [
    { weekdays: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 },
    { weekdays: [6, 7], sun: 'daylight' },
  ],
  place: { latitude: 46.6, longitude: -112 },
}

function form(said: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(said)) data.append(name, value)
  return data
}

describe('the form of a channel', () => {
  test('is what REST takes, with minutes as seconds', () => {
    const said = readChannelForm(
      'slack',
      form({
        name: ' NOC ',
        'config.webhook_url': 'https://hooks.slack.com/services/T/B/X',
        'config.mention': 'here, channel',
        hours: JSON.stringify(draftOf(hours)),
        critical: 'on',
        cool_off: '30',
        escalate_to: '7',
        escalate_after: '10',
      }),
      [],
    )
    expect(ChannelInput.parse(said)).toEqual({
      kind: 'slack',
      name: 'NOC',
      config: { webhook_url: 'https://hooks.slack.com/services/T/B/X', mention: ['here', 'channel'] },
      hours,
      critical_breaks_through: true,
      cool_off: 1800,
      escalate_to: 7,
      escalate_after: 600,
    })
  })
  test('without an escalation forgets its minutes; of push devices asks neither name nor configuration', () => {
    const said = readChannelForm('web_push', form({ name: 'x', escalate_to: '', escalate_after: '10' }), [])
    expect(said).toMatchObject({ escalate_to: null, escalate_after: null, critical_breaks_through: false })
    expect(said).not.toHaveProperty('name')
    expect(said).not.toHaveProperty('config')
  })
  test.each(['x', '1.5', '0', '-3'])('a cool-off of %s minutes is refused at its field, in minutes', (cool_off) => {
    const said = readChannelForm('web_push', form({ cool_off, hours: JSON.stringify(draftOf(hours)) }), [])
    const read = ChannelInput.partial().safeParse(said)
    const faults = read.error?.issues.map(({ path, message }) => ({ at: path.join('.'), message })) ?? []
    expect(faultsAtFields('web_push', faults)).toEqual({
      errors: { cool_off: 'Expected whole minutes from 1 to 10,080.' },
    })
  })
})

describe('a fault', () => {
  test('stands at its field, a header’s at all of them, an hour’s at the hours', () => {
    expect(
      faultsAtFields('webhook', [
        { at: 'config.url', message: 'expected an address' },
        { at: 'config.headers.Host', message: 'found a header that Beatline sets itself' },
        { at: 'hours.ranges.0', message: 'expected some' },
        { at: 'name', message: 'Invalid input: expected string, received undefined' },
      ]),
    ).toEqual({
      errors: {
        'config.url': 'Expected an address.',
        'config.headers': 'Found a header that Beatline sets itself.',
        hours: 'Expected some.',
        name: 'Is needed.',
      },
    })
  })
  test('without a field is said of the form', () => {
    expect(faultsAtFields('slack', [{ at: 'config', message: 'unknown: "x"' }])).toEqual({ problem: 'Unknown: "x".' })
    expect(faultsAtFields('slack', [{ at: '', message: 'no' }])).toEqual({ problem: 'No.' })
  })
})

describe('hours in the form', () => {
  test('come back as they were, also by the wire', () => {
    expect(hoursOf(draftOf(hours))).toEqual(hours)
    expect(hoursOf(hoursOnWire(hours) as HoursDraft)).toEqual(hours)
  })
  test('a day until 24:00 ends at the 00:00 of the next', () => {
    const night: Hours = { ...hours, ranges: [{ weekdays: [1], startMinute: 1080, endMinute: 1440 }] }
    expect(hoursOf(draftOf(night))).toMatchObject({ ranges: [{ startMinute: 1080, endMinute: 0 }] })
  })
  test.each(presetNames)('the preset %s fills in ranges that are known again', (name) => {
    expect(presetOf(rangeDrafts(hoursPresets[name].ranges))).toBe(name)
  })
  test.each<[Partial<HoursDraft>, string]>([
    [{ timezone: 'Nowhere' }, 'time zone'],
    [{ ranges: [{ weekdays: [], sun: 'dark' }] }, 'at least one day'],
    [{ ranges: [{ weekdays: [1], start: '', end: '10:00' }] }, 'its times'],
    [{ ranges: [{ weekdays: [1], start: '25:00', end: '10:00' }] }, 'its times'],
  ])('%j lacks something', (part, words) => {
    const meant = hoursOf({ ...draftOf(hours), ...part })
    expect('lacks' in meant && meant.lacks).toContain(words)
  })
})
