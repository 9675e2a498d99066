import { expect, test } from 'vitest'
import { Bell, runLoop, watchRounds } from '@/workers/keeper/loop'
import { quiet, until } from './scene'

test('a step that fails is taken again; the loop ends with its signal', async () => {
  const stopping = new AbortController()
  const bell = new Bell()
  let steps = 0
  const step = async () => {
    steps++
    if (steps === 1) throw new Error('once')
    return false
  }
  const running = runLoop({ name: 'x', bell, everyMs: 60_000, gapMs: 0, step, log: quiet, signal: stopping.signal })
  bell.ring()
  await until('the second step', () => steps === 2)
  bell.ring()
  await until('the third step', () => steps === 3)
  stopping.abort()
  await running
})

test('a bell rung before anyone waits is not lost', async () => {
  const bell = new Bell()
  bell.ring()
  const before = Date.now()
  await bell.wait(5000, new AbortController().signal)
  expect(Date.now() - before).toBeLessThan(1000)
})

test('a loop that hangs is found out', async () => {
  const signal = new AbortController().signal
  await expect(watchRounds({ delivery: Date.now() }, 100, signal)).rejects.toThrow('delivery has hung')
})
