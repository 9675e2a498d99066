import { describe, expect, test } from 'vitest'
import { readJobForm } from '@/app/ui/job/job-form-data'

function form(change: Record<string, string | string[]> = {}): FormData {
  const data = new FormData()
  const said: Record<string, string | string[]> = {
    name: 'a',
    kind: 'period',
    period: '5 min',
    grace: '1 min',
    told: 'all',
    ...change,
  }
  for (const [name, value] of Object.entries(said)) for (const one of [value].flat()) data.append(name, one)
  return data
}
const errorsOf = (change: Record<string, string | string[]>) => {
  const read = readJobForm(form(change))
  return 'errors' in read ? read.errors : {}
}

describe('the form of a job', () => {
  test('says all that is known of it', () => {
    expect(
      readJobForm(
        form({
          name: ' prod.db1.backup ',
          tags: 'prod, db, prod',
          permissible_misses: '2',
          sticky_pause: 'on',
          told: 'some',
          channel: ['3', '5'],
          runs_behind: 'Ridge-3',
        }),
      ),
    ).toEqual({
      job: {
        name: 'prod.db1.backup',
        schedule: { kind: 'period', seconds: 300 },
        zone: 'UTC',
        graceSeconds: 60,
        permissibleMisses: 2,
        tags: ['prod', 'db'],
        site: null,
        runsBehind: 'Ridge-3',
        stickyPause: true,
        channels: [3, 5],
      },
    })
  })

  test('nobody ticked is nobody told, everyone is null', () => {
    expect(readJobForm(form({ told: 'some' }))).toMatchObject({ job: { channels: [] } })
    expect(readJobForm(form())).toMatchObject({ job: { channels: null } })
  })

  test.each([
    [{ name: '  ' }, 'name', /found/],
    [{ period: 'soon' }, 'period', /Found "soon", expected a time such as/],
    [{ period: '500 days' }, 'period', /expected 1 s to 366 days/],
    [{ grace: 'x' }, 'grace', /Found "x"/],
    [{ permissible_misses: '-1' }, 'permissible_misses', /Found -1/],
    [{ permissible_misses: '1.5' }, 'permissible_misses', /whole number/],
    [{ kind: 'cron', expression: '30 25 * * *', zone: 'UTC' }, 'expression', /found "25"/],
    [{ kind: 'cron', expression: '0 0 * * *', zone: 'Mars/Base' }, 'zone', /Mars/],
    [{ tags: 'x'.repeat(61) }, 'tags', /at most 60/],
  ] as const)('%j is refused at its field %s', (change, field, words) => {
    const errors = errorsOf(change)
    expect(Object.keys(errors)).toEqual([field])
    expect(errors[field]).toMatch(new RegExp(words.source, 'i'))
  })

  test('every fault is named at once', () => {
    expect(Object.keys(errorsOf({ name: '', period: '', grace: '' })).sort()).toEqual(['grace', 'name', 'period'])
  })
})
