import { expect, test } from 'vitest'
import { readJobList } from '@/lib/sources/job-list'
import { uniqueNames } from '@/lib/sources/unique-names'
import { costOf } from '../setup/measure'

test.each([
  [
    ['Backup', 'Backup', 'Mail', 'Backup'],
    ['Backup', 'Backup (2)', 'Mail', 'Backup (3)'],
  ],
  [
    ['Backup (2)', 'Backup', 'Backup', 'Backup'],
    ['Backup (2)', 'Backup', 'Backup (3)', 'Backup (4)'],
  ],
  [
    ['Backup', 'Backup', 'Backup (2)'],
    ['Backup', 'Backup (2)', 'Backup (2) (2)'],
  ],
])('names %j become %j', (names, unique) => expect(names.map(uniqueNames())).toEqual(unique))

test('as many of one name as an import may have are told apart at once', async () => {
  const named = uniqueNames()
  const { result: names, cpu } = await costOf(() => Array.from({ length: 30_000 }, () => named('Backup')))
  expect(new Set(names).size).toBe(30_000)
  expect(cpu).toBeLessThan(50) // looked up one by one it takes most of a minute
})

const deep = JSON.parse('['.repeat(10_000) + ']'.repeat(10_000)) as unknown
test('a list that is nested deeper than it can be told is refused in words', () => {
  expect(readJobList(deep)).toMatchObject({ rejected: [{ line: 1, reason: 'found a list, expected an object' }] })
  expect(readJobList([[{ name: 'a' }]])).toMatchObject({
    rejected: [{ line: 1, reason: 'found [{"name":"a"}], expected an object' }],
  })
  expect(readJobList('x'.repeat(100))).toMatchObject({ fault: expect.stringContaining('xxx') })
  const own = readJobList([{ Name: 'a', Warning: deep, Error: '60' }])
  expect(own).toMatchObject({ format: 'heartbeat_sh', rejected: [{ line: 1 }] })
})
