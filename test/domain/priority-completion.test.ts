import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePriority } from '@/lib/domain/priority'
import { completionsAt } from '@/lib/domain/priority-completion'

const known = { sites: ['North Ridge', 'Hill'], tags: ['vip', 'core'], clients: ['Acme Dental'] }
/** What is offered where the bar stands. */
const at = (marked: string) => completionsAt(marked.replace('|', ''), marked.indexOf('|'), known)
const labels = (marked: string) => at(marked).items.map(({ label }) => label)
/** The text after the first offer was taken. */
const taken = (marked: string) => {
  const text = marked.replace('|', '')
  const { from, to, items } = at(marked)
  return `${text.slice(0, from)}${items[0]?.insert}${text.slice(to)}`
}

describe('what is offered', () => {
  test.each<[string, string[]]>([
    ['aff|', ['affectedClients', 'affectedTargets']],
    ['size > 3 && ro|', ['role']],
    ['name.|', ['startsWith', 'endsWith', 'contains', 'lowerAscii', 'size']],
    ['name.st|', ['startsWith']],
    ['tags.|', ['size', 'exists', 'all']],
    ['tags.exists(t, t.sta|', ['startsWith']],
    ['openedAt.|', ['getHours', 'getDayOfWeek']],
    ['role == "|', ['router', 'switch', 'ap', 'backhaul', 'cpe', 'server', 'other']],
    ['role == "r|"', ['router', 'server', 'other']],
    ["role != 's|", ['switch', 'server']],
    ['role in ["ap", "|"]', ['router', 'switch', 'ap', 'backhaul', 'cpe', 'server', 'other']],
    ['kind == "|"', ['down', 'members_lost', 'blind', 'flapping']],
    ['site == "ridge|"', ['North Ridge']],
    ['client == "|"', ['Acme Dental']],
    ['"|" in tags', ['vip', 'core']],
    ['size > 3 ? "|"', ['critical', 'normal', 'low']],
    ['size > 3 ? "critical" : |', ['critical', 'normal', 'low', 'kind', 'name', 'role', 'site', 'client']],
    ['name == "Acme|"', []],
    ['nosuch|', []],
  ])('at %s', (marked, expected) => expect(labels(marked)).toEqual(expected))

  test.each([
    ['aff| > 3', 'affectedClients > 3'],
    ['aff|Clients > 3', 'affectedClients > 3'],
    ['role == "ro|"', 'role == "router"'],
    ['role == "ro|', 'role == "router"'],
    ["site == 'h|'", 'site == "Hill"'],
    ['name.sta|', 'name.startsWith('],
    ['"v|" in tags ? "low" : "normal"', '"vip" in tags ? "low" : "normal"'],
    ['size > 3 ? cri|', 'size > 3 ? "critical"'],
    ['role == "ro| || size > 3', 'role == "router" || size > 3'],
  ])('taken at %s gives %s', (marked, expected) => expect(taken(marked)).toBe(expected))

  test.each([
    ['|', false],
    ['s|', true],
    ['size|', true],
    ['size |', false],
    ['role == |', true],
    ['size > 3 ? |', true],
    ['kind|', false],
    ['role == "router|"', false],
  ])('at %s it comes unasked: %s', (marked, unasked) => expect(at(marked).unasked).toBe(unasked))
})

test('anywhere in any text: the caret is within what is replaced, and every offer begins anew or goes on with what is typed', () => {
  const pieces = fc.constantFrom(
    '"',
    "'",
    '\\',
    'role',
    '==',
    ' ',
    'in',
    'tags',
    '[',
    ']',
    '.',
    '?',
    ':',
    '\n',
    'x',
    '(',
    ')',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.nat(60), (parts, place) => {
      const text = parts.join('')
      const caret = Math.min(place, text.length)
      const { from, to, items, unasked } = completionsAt(text, caret, known)
      expect(from).toBeLessThanOrEqual(caret)
      expect(to).toBeGreaterThanOrEqual(caret)
      expect(items.length).toBeLessThanOrEqual(8)
      if (unasked) expect(items.length).toBeGreaterThan(0)
    }),
  )
})

test.each(['North "Ridge"', "Bob's", 'a\\b'])('a name such as %s is written so that it can be read', (site) => {
  const [item] = completionsAt('site == "', 9, { ...known, sites: [site] }).items
  expect(compilePriority(`site == ${item?.insert} ? "low" : "normal"`)).toHaveProperty('evaluate')
})
