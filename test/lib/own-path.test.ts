import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownPath } from '@/lib/own-path'

describe('ownPath', () => {
  test.each([
    ['/incidents/5?tab=1', '/incidents/5?tab=1'],
    ['http://here.invalid/devices', '/devices'],
    ['https://evil.example/devices', '/devices'],
    ['//evil.example/x', '/x'],
    ['/\\evil.example/x', '/x'],
    ['/.//evil.example', '/'],
    ['https:https://evil.example', '/'],
    ['blob:https://evil.example', '/'],
    ['x:https://evil.example', '/'],
    ['javascript:javascript:alert(1)', '/'],
    ['data:text/html,x', '/'],
    ['/login', '/'],
    ['/login?callbackUrl=/login', '/'],
    ['', '/'],
    ['http://[', '/'],
    [undefined, '/'],
    [['/a', '/b'], '/'],
  ])('%j leads to %s', (value, path) => expect(ownPath(value)).toBe(path))

  test('whatever is asked, it stays in the house', () => {
    const parts = fc.constantFrom(
      '/',
      '\\',
      ':',
      'http',
      'javascript',
      'blob',
      '//',
      '.',
      '..',
      '?',
      '#',
      '@',
      'evil.example',
      '\t',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((all) => all.join('')),
        ),
        (asked) => {
          const path = ownPath(asked)
          expect(new URL(path, 'https://beatline.test').origin).toBe('https://beatline.test')
          expect(path.startsWith('/')).toBe(true)
        },
      ),
    )
  })
})
