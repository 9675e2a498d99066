import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let inTurn: typeof import('@/app/service-worker/in-turn').inTurn
beforeEach(async () => {
  vi.useFakeTimers()
  vi.resetModules()
  ;({ inTurn } = await import('@/app/service-worker/in-turn'))
})
afterEach(() => void vi.useRealTimers())

test('one begins when the one before has ended, in the order they came', async () => {
  const order: string[] = []
  const piece = (name: string, ms: number) => async () => {
    order.push(`${name} begins`)
    await new Promise((done) => setTimeout(done, ms))
    order.push(`${name} ends`)
    return name
  }
  const all = Promise.all([inTurn(piece('a', 50)), inTurn(piece('b', 1)), inTurn(piece('c', 10))])
  await vi.runAllTimersAsync()
  expect(await all).toEqual(['a', 'b', 'c'])
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})

test('one that fails fails alone', async () => {
  const failing = inTurn(() => Promise.reject(new Error('no')))
  const next = inTurn(async () => 'drawn')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('drawn')
})

test('many that are slow do not run beside each other, however long the last one waits', async () => {
  let running = 0
  let most = 0
  const slow = async () => {
    most = Math.max(most, ++running)
    await new Promise((done) => setTimeout(done, 2000))
    running--
  }
  const all = Promise.all(Array.from({ length: 6 }, () => inTurn(slow)))
  await vi.runAllTimersAsync()
  await all
  expect(most).toBe(1)
})

test('one that hangs holds the next up for three seconds, and no longer', async () => {
  void inTurn(() => new Promise(() => {}))
  let drawn = false
  const next = inTurn(async () => {
    drawn = true
  })
  await vi.advanceTimersByTimeAsync(2999)
  expect(drawn).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await next
  expect(drawn).toBe(true)
})
