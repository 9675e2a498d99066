import { expect, test } from 'vitest'
import { deviceHref, readDeviceSearch } from '@/app/ui/device/device-search'

test.each([
  ['', {}],
  [
    'q=ridge&status=down&site=3&tag=a%2Cb&sort=since',
    { search: 'ridge', status: 'down', site: 3, tag: 'a,b', sort: 'since' },
  ],
  ['site=none', { site: null }],
])('?%s is read and written the same', (query, said) => {
  const read = readDeviceSearch(Object.fromEntries(new URLSearchParams(query)))
  expect(Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))).toEqual(said)
  expect(deviceHref(read)).toBe(query ? `/devices?${query}` : '/devices')
})

test.each(['site=0', 'site=-1', 'site=1.5', 'site=99999999999', 'status=x', 'sort=x', 'q='])(
  '?%s is no filter of ours',
  (query) => expect(deviceHref(readDeviceSearch(Object.fromEntries(new URLSearchParams(query))))).toBe('/devices'),
)

test('what PostgreSQL cannot take is left out, and a parameter given twice is none', () => {
  expect(readDeviceSearch({ q: 'a\u0000b', tag: ['x', 'y'] })).toMatchObject({ search: 'ab', tag: undefined })
})
