import { expect, test } from 'vitest'
import { mayFollow, type Status } from '@/lib/domain/status'

test.each<[Status | undefined, boolean, boolean]>([
  // known, suspect may follow, up may follow
  [undefined, true, true],
  ['up', true, false],
  ['suspect', true, true],
  ['degraded', true, false],
  ['new', true, false],
  ['unknown', true, false],
  ['late', true, false],
  ['down', false, false],
  ['unreachable', false, false],
  ['paused', false, false],
])('after %s a moment may say suspect: %s, and up: %s', (known, suspect, up) =>
  expect([mayFollow(known, 'suspect'), mayFollow(known, 'up')]).toEqual([suspect, up]),
)
