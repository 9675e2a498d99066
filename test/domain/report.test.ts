import { describe, expect, test } from 'vitest'
import { reportMail } from '@/lib/domain/report-mail'
import { lastMonth, monthRange, monthsAround, reportDue } from '@/lib/domain/report-month'
import { uptimeCsv } from '@/lib/domain/uptime-csv'
import { readRange } from '@/lib/domain/uptime-range'

const at = (text: string) => Date.parse(`${text}Z`)

describe('the month whose report is due', () => {
  test.each([
    ['2026-11-01T05:59', 'UTC', null],
    ['2026-11-01T06:00', 'UTC', '2026-10'],
    ['2026-11-08T05:59', 'UTC', '2026-10'],
    ['2026-11-08T06:00', 'UTC', null],
    ['2026-10-31T17:00', 'Pacific/Auckland', '2026-10'], // 1 November, 6 in the morning there
    ['2026-11-01T12:59', 'America/Los_Angeles', null],
    ['2026-11-01T14:00', 'America/Los_Angeles', '2026-10'],
    ['2027-01-01T06:00', 'UTC', '2026-12'],
    ['2026-11-01T10:59', 'America/New_York', null], // its clock is set back that night
    ['2026-11-01T11:00', 'America/New_York', '2026-10'],
    ['2027-10-31T22:15', 'Asia/Kathmandu', null],
    ['2027-11-01T00:15', 'Asia/Kathmandu', '2027-10'],
  ])('at %s in %s: %s', (now, zone, month) => {
    expect(reportDue({ zone, first: '2026-01' }, at(now))).toBe(month)
  })

  test('is none from before somebody was named', () => {
    expect(reportDue({ zone: 'UTC', first: '2026-11' }, at('2026-11-01T08:00'))).toBe(null)
    expect(reportDue({ zone: 'UTC', first: '2026-11' }, at('2026-12-01T08:00'))).toBe('2026-11')
  })

  test('is a range in its zone, and has neighbours', () => {
    expect(monthRange('2026-10', 'Europe/Berlin')).toEqual({ from: at('2026-09-30T22:00'), to: at('2026-10-31T23:00') })
    expect(['2026-13', '', '0000-01', '2026-1', '9999-01'].map((month) => monthRange(month, 'UTC'))).toEqual([
      ...new Array(5).fill(null),
    ])
    expect(monthsAround('2026-01')).toEqual({ before: '2025-12', after: '2026-02' })
    expect(lastMonth('Pacific/Auckland', at('2026-10-31T12:00'))).toBe('2026-10')
    expect(lastMonth('UTC', at('2026-10-31T12:00'))).toBe('2026-09')
  })
})

describe('the range that is asked for', () => {
  const now = at('2026-11-21T18:00')
  const iso = (range: ReturnType<typeof readRange>) =>
    'fault' in range ? range.fault : [range.from, range.to].map((one) => new Date(one).toISOString().slice(0, 16))
  test.each([
    [{}, 'day' as const, 'UTC', ['2026-08-24T00:00', '2026-11-21T18:00']],
    [
      { from: '2026-11-01', to: '2026-11-30' },
      'day' as const,
      'Europe/Berlin',
      ['2026-10-31T23:00', '2026-11-30T23:00'],
    ],
    [{ from: '2026-11-01T12:00:00Z' }, 'week' as const, 'UTC', ['2026-11-01T12:00', '2026-11-21T18:00']],
    [{ from: '2026-11-22' }, 'day' as const, 'UTC', 'to: expected a time after from'],
    [{ from: '2020-01-01' }, 'day' as const, 'UTC', 'from: expected at most 800 days before to'],
    [
      { from: 'yesterday' },
      'day' as const,
      'UTC',
      'from: found "yesterday", expected a day such as 2026-11-21 or an instant',
    ],
    [
      { to: '2026-02-30' },
      'day' as const,
      'UTC',
      'to: found "2026-02-30", expected a day such as 2026-11-21 or an instant',
    ],
  ])('%j by %s in %s', (said, by, zone, wanted) => {
    expect(iso(readRange(said, by, zone, now))).toEqual(wanted)
  })
})

const whole = { uptime: 0.9995, counted: 2, touched: 1, lasted: 4e9, dark: 3_600_000, planned: 4e7, unknown: 0 }

describe('the report as a mail', () => {
  const report = {
    month: '2026-10',
    zone: 'Europe/Berlin',
    words: 'clients',
    whole,
    worst: [{ name: '<b>Acme</b> & "Sons"\r\nBcc: x@example.net', uptime: 0.999, dark: 3_600_000, outages: 1 }],
    sites: [{ name: 'North Ridge', uptime: 0.9995, counted: 2, dark: 3_600_000 }],
    url: 'https://noc.example.net/uptime/report?month=2026-10&of=clients',
  }
  test('says the month, the figures, the worst and the sites', () => {
    const { subject, text } = reportMail(report)
    expect(subject).toBe('Uptime in October 2026: 99.95 %')
    expect(text).toContain('Mean of 2 clients: 99.95 %')
    expect(text).toContain('Planned, left out: 1.00 %')
    expect(text).toContain('North Ridge  99.95 %  1 h  2')
    expect(text).toContain(report.url)
  })

  test('a name with markup or line breaks is text', () => {
    const { html, text } = reportMail(report)
    expect(html).toContain('&lt;b&gt;Acme&lt;/b&gt; &amp; &quot;Sons&quot;')
    expect(html).not.toContain('<b>')
    expect(text).not.toMatch(/^Bcc/m)
  })
})

test('the periods as CSV', () => {
  const period = { ...whole, day: '2026-10-01', from: at('2026-10-01T00:00'), to: at('2026-10-02T00:00') }
  expect(uptimeCsv([period, { ...period, uptime: null }])).toBe(
    'first_day,from,to,uptime,counted,dark_ones,dark_seconds,planned_seconds,unknown_seconds\r\n' +
      '2026-10-01,2026-10-01T00:00:00.000Z,2026-10-02T00:00:00.000Z,0.9995,2,1,3600,40000,0\r\n' +
      '2026-10-01,2026-10-01T00:00:00.000Z,2026-10-02T00:00:00.000Z,,2,1,3600,40000,0\r\n',
  )
})
