import { expect, test } from 'vitest'
import { createRecorder } from '@/workers/probe/recorder'
import type { NewMessage } from '@/workers/probe/spool'
import { standingClock } from './world'

const settled = () => new Promise((resolve) => setImmediate(resolve))
const walk = (i: number): NewMessage => ({
  name: 'walk',
  body: {
    items: [{ target_id: i, at: i, profile_id: 1, duration_ms: 1, facts: new Uint8Array(10), failure: null }],
  },
})
const blind = (i: number): NewMessage => ({ name: 'blind', body: { state: 'began', at: i, reason: 'test' } })
const hints = (i: number): NewMessage => ({
  name: 'hints',
  body: { items: [{ target_id: i, at: i, kind: 'link_down', detail: 'ether1' }] },
})

test('a disk that is full for hours: the latest walks and hints wait in memory, and all that is not made anew', async () => {
  const clock = standingClock()
  const written: NewMessage[] = []
  let isFull = true
  const recorder = createRecorder({
    clock,
    spool: {
      async append(messages) {
        if (isFull) throw new Error('No space left on device')
        written.push(...messages)
      },
    },
    onStored: () => {},
    onTrouble: () => {},
  })
  for (let i = 1; i <= 500; i++) {
    recorder.other(i % 2 === 0 ? walk(i) : hints(i))
    if (i % 100 === 0) recorder.other(blind(i))
  }
  await settled()
  clock.advance(2000)
  await settled()
  isFull = false
  clock.advance(2000)
  await settled()
  const soonAnew = written.filter((message) => message.name === 'walk' || message.name === 'hints')
  expect(soonAnew).toHaveLength(60)
  expect(soonAnew.at(-1)).toEqual(walk(500))
  expect(written.filter((message) => message.name === 'blind')).toHaveLength(5)
})
