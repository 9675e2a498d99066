import { describe, expect, test } from 'vitest'
import { readRouteForm } from '@/app/ui/route/route-form-data'
import { conditionWords } from '@/app/ui/route/route-words'
import { anyIncident } from '@/lib/domain/route'

function form(said: Record<string, string | string[]>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(said)) for (const one of [value].flat()) data.append(name, one)
  return data
}

describe('the form of a route', () => {
  test('says which incidents lead to whom', () => {
    const said = {
      name: ' Core ',
      priority: 'critical',
      role: ['router', 'ap', 'tower'],
      site: ['Ridge', 'Ridge', ' '],
    }
    expect(readRouteForm(form({ ...said, client: 'Acme', size: '3', channel: ['7', '4', '7', 'x'] }))).toEqual({
      route: {
        name: 'Core',
        condition: {
          ...anyIncident,
          priorities: ['critical'],
          roles: ['router', 'ap'],
          sites: ['Ridge'],
          clients: ['Acme'],
          sizeFrom: 3,
        },
        channelIds: [7, 4],
      },
    })
  })
  test('with nothing said is for every incident', () =>
    expect(readRouteForm(form({ name: 'All', size: '', channel: '1' }))).toEqual({
      route: { name: 'All', condition: anyIncident, channelIds: [1] },
    }))
  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(121) }, 'name'],
    [{ name: 'a\u0007' }, 'name'],
    [{ size: '-1' }, 'size'],
    [{ size: '3 of them' }, 'size'],
    [{ channel: [] }, 'channel'],
  ] as [Record<string, string | string[]>, string][])('says what is wrong at the field: %j', (change, field) =>
    expect(readRouteForm(form({ name: 'Core', channel: '1', ...change }))).toEqual({
      errors: { [field]: expect.any(String) },
    }),
  )
})

test.each([
  [{}, []],
  [{ priorities: ['critical', 'low'], kinds: ['members_lost'] }, ['Critical or Low', 'Members lost']],
  [{ roles: ['router', 'ap', 'cpe'] }, ['Router, AP or CPE']],
  [
    { sites: ['Ridge'], tags: ['vip'], clients: ['Acme'], sizeFrom: 3 },
    ['at Ridge', 'tagged vip', 'serving Acme', '3 outages or more'],
  ],
  [{ sites: ['a', 'b', 'c', 'd', 'e', 'f'] }, ['at a, b, c, d or 2 others']],
  [{ sizeFrom: 1 }, []],
] as const)('the condition %j in words', (change, words) =>
  expect(conditionWords({ ...anyIncident, ...change })).toEqual(words),
)
