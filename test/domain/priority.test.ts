import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePriority, priorityCompletions } from '@/lib/domain/priority'

const facts = {
  id: 1,
  kind: 'down' as const,
  name: 'AP Ridge-3',
  role: 'ap' as const,
  site: 'Ridge',
  tags: ['core', 'vip-east'],
  client: null,
  size: 3,
  affectedClients: 41,
  affectedTargets: 12,
  openedAt: Date.parse('2026-11-21T02:30:00Z'),
}
const weighed = (text: string, change: Partial<typeof facts> = {}) => {
  const compiled = compilePriority(text)
  return 'fault' in compiled ? compiled : compiled.evaluate({ ...facts, ...change })
}
const faultOf = (text: string) => {
  const compiled = compilePriority(text)
  if (!('fault' in compiled)) throw new Error(`taken: ${text}`)
  return `${compiled.fault.line}:${compiled.fault.column} ${compiled.fault.message}`
}

describe('what an expression gives', () => {
  test.each<[string, string]>([
    ['affectedClients > 10 || role == "router" ? "critical" : "normal"', 'critical'],
    ['affectedClients > 41 || role == "router" ? "critical" : "normal"', 'normal'],
    ['"low"', 'low'],
    ['("low")', 'low'],
    ['"core" in tags ? "critical" : "normal"', 'critical'],
    ['tags.exists(tag, tag.startsWith("vip")) ? "critical" : "normal"', 'critical'],
    ['size(tags) > 2 ? "critical" : size == 3 ? "low" : "normal"', 'low'],
    ['role in ["router", "switch", "backhaul"] ? "critical" : "normal"', 'normal'],
    ['client == "" && site == "Ridge" ? "low" : "normal"', 'low'],
    ['openedAt.getHours("Europe/Berlin") == 3 ? "low" : "normal"', 'low'],
    ['affectedClients > 40.5 ? "critical" : "normal"', 'critical'],
    ['name.lowerAscii().contains("ridge") && kind != "flapping" ? "critical" : "low"', 'critical'],
    ['affectedClients > 10 ? // many\n  "critical" : "low"', 'critical'],
  ])('%s', (text, priority) => expect(weighed(text)).toEqual({ priority, fault: null }))

  test('what cannot be worked out for one incident counts as normal, and says so', () => {
    expect(weighed('affectedClients / (size - 3) > 1 ? "critical" : "low"')).toEqual({
      priority: 'normal',
      fault: 'division by zero',
    })
    expect(weighed('affectedClients / (size - 3) > 1 ? "critical" : "low"', { size: 4 })).toEqual({
      priority: 'critical',
      fault: null,
    })
  })
})

describe('what is refused, where, and why', () => {
  test.each<[string, string]>([
    ['', '1:1 found nothing, expected an expression that gives "critical", "normal" or "low"'],
    ['affectedClents > 1 ? "low" : "normal"', '1:1 found the unknown name affectedClents, expected affectedClients'],
    [
      'true ?\n  "low" : weather == "rain" ? "low" : "normal"',
      '2:11 found the unknown name weather, expected one of kind, name, role, site, client, tags, size, affectedClients, affectedTargets, openedAt',
    ],
    ['role > 3 ? "low" : "normal"', '1:1 found string > int, which does not go together'],
    ['affectedClients > ', '1:19 found the end, expected the expression to go on'],
    ['"low', '1:1 Unterminated string'],
    ['affectedClients', '1:1 found affectedClients, expected "critical", "normal" or "low" as an outcome'],
    ['"urgent"', '1:1 found "urgent", expected "critical", "normal" or "low" as an outcome'],
    ['size > 1 ? "criticl" : "low"', '1:12 found "criticl", expected "critical", "normal" or "low" as an outcome'],
    ['size > 1 ? "low" : role', '1:20 found role, expected "critical", "normal" or "low" as an outcome'],
    ['size > 1 ? "low" : null', "1:1 Ternary branches must have the same type, got 'string' and 'null'"],
    [
      'name.matches("(a+)+$") ? "low" : "normal"',
      '1:1 found matches(), expected one of startsWith, endsWith, contains, lowerAscii, size, exists, all, getHours, getDayOfWeek, int, double, string',
    ],
    [
      'tags.all(a, tags.all(b, tags.all(c, a == b || b == c))) ? "low" : "normal"',
      '1:25 found all() 3 deep, expected at most 2 within one another',
    ],
    ['('.repeat(100), '1:41 Exceeded maxDepth (40)'],
    ['a'.repeat(2_001), '1:2001 found 2001 characters, expected at most 2000'],
  ])('%s', (text, said) => expect(faultOf(text)).toBe(said))

  test('whatever is typed is taken or refused within the text, and what is taken gives a priority', () => {
    const words = [
      'affectedClients',
      'role',
      'tags',
      'size',
      '"low"',
      '"critical"',
      '"x"',
      '?',
      ':',
      '>',
      '==',
      '(',
      ')',
    ]
    const more = [
      '||',
      '&&',
      '!',
      'in',
      '[',
      ']',
      '10',
      '1.5',
      '.',
      'exists',
      ',',
      't',
      '/',
      '0',
      '\n',
      'matches',
      'dyn',
    ]
    const text = fc.oneof(
      fc.array(fc.constantFrom(...words, ...more), { maxLength: 12 }).map((parts) => parts.join(' ')),
      fc.string({ maxLength: 40, unit: 'binary' }),
      fc.constantFrom('tags', 'role', 'size', '1').map((of) => `${of} == ${of} ? "low" : "critical"`),
    )
    fc.assert(
      fc.property(text, (typed) => {
        const compiled = compilePriority(typed)
        if ('fault' in compiled) {
          expect(compiled.fault.message).not.toBe('')
          expect(compiled.fault.start).toBeGreaterThanOrEqual(0)
          expect(compiled.fault.end).toBeLessThanOrEqual(Math.max(typed.length + 1, 1))
          expect(compiled.fault.column).toBeGreaterThan(0)
        } else expect(['critical', 'normal', 'low']).toContain(compiled.evaluate(facts).priority)
      }),
      { numRuns: Number(process.env.FC ?? 500) },
    )
  })
})

test('what completion offers can be typed', () => {
  for (const { label, type } of priorityCompletions.filter(({ type }) => type === 'string' || type === 'int')) {
    if (label === 'lowerAscii' || label.startsWith('get')) continue
    expect(weighed(`${label} == ${type === 'string' ? '""' : '0'} ? "low" : "normal"`)).toHaveProperty('fault', null)
  }
  for (const { label } of priorityCompletions.filter(({ type }) => type === 'priority'))
    expect(weighed(label)).toHaveProperty('fault', null)
})
