import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimeQueue } from '@/lib/domain/time-queue'

test('things come by their time, those of one time in the order they were put in, also when more are put in between', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20)), { maxLength: 200 }), (steps) => {
      const queue = new TimeQueue<number>()
      const waiting: { at: number; item: number }[] = []
      const takeBoth = () => {
        const first = waiting.toSorted((a, b) => a.at - b.at || a.item - b.item)[0]
        if (first) waiting.splice(waiting.indexOf(first), 1)
        expect(queue.take()).toEqual(first ? expect.objectContaining(first) : null)
      }
      steps.forEach((at, item) => {
        if (at === null) takeBoth()
        else {
          queue.put(at, item)
          waiting.push({ at, item })
        }
      })
      while (waiting.length > 0) takeBoth()
      expect(queue.take()).toBeNull()
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
