import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '@/lib/store/events'
import { openStream } from '@/workers/web/stream'
import { until } from '../../setup/product'

const event = (id: number): StoredEvent => ({ type: 'target.status', event: { event_id: id, at: '' } })

/** A log in memory; `hold` lets the next reads wait until their release is called, for ever if it never is. */
function scene() {
  const log: StoredEvent[] = []
  const emitted: number[] = []
  const held: (() => void)[] = []
  let holding = false
  const stream = openStream({
    lastEventId: async () => 0,
    async listEvents({ after, limit }) {
      const page = log.filter((stored) => stored.event.event_id > after).slice(0, limit)
      if (holding) await new Promise<void>((done) => held.push(done))
      return page
    },
    emit: (stored) => emitted.push(stored.event.event_id),
    log: { warn: () => {} },
    mostMs: 50,
  })
  return {
    stream,
    emitted,
    add: (...ids: number[]) => void log.push(...ids.map(event)),
    hold: (on: boolean) => {
      holding = on
    },
    release: () => {
      for (const done of held.splice(0)) done()
    },
    held,
  }
}

describe('the stream of events', () => {
  test('goes on after a read that is lost for good, and what that read brings late is not told twice', async () => {
    const { stream, emitted, add, hold, held, release } = scene()
    add(1, 2)
    hold(true)
    const lost = stream.catchUp()
    await until('the read to begin', async () => held.length === 1)
    await lost
    expect(emitted).toEqual([])
    hold(false)
    add(3)
    await stream.catchUp()
    expect(emitted).toEqual([1, 2, 3])
    release()
    await new Promise((done) => setTimeout(done, 20))
    add(4)
    await stream.catchUp()
    expect(emitted).toEqual([1, 2, 3, 4])
  })

  test('told again while it reads, it reads again', async () => {
    const { stream, emitted, add, hold, held, release } = scene()
    add(1)
    hold(true)
    const first = stream.catchUp()
    await until('the read to begin', async () => held.length === 1)
    add(2)
    const second = stream.catchUp()
    hold(false)
    release()
    await Promise.all([first, second])
    expect(emitted).toEqual([1, 2])
  })

  test('whoever is alone with it learns that the turn is over', async () => {
    const { stream, add, emitted } = scene()
    let over = () => false
    await expect(
      stream.alone((_, isOver) => {
        over = isOver
        return new Promise(() => {})
      }),
    ).rejects.toThrow('within')
    expect(over()).toBe(true)
    add(1)
    await stream.catchUp()
    expect(emitted).toEqual([1])
  })
})
