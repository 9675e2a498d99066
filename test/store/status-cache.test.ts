import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { cachedPageView, forgetStatusViews } from '@/lib/store/status-cache'
import type { StatusPage } from '@/lib/store/status-pages'
import { readPageView, type StatusView } from '@/lib/store/status-view'

vi.mock('@/lib/store/status-view', () => ({ readPageView: vi.fn(), readClientView: vi.fn() }))

const page = { id: 1, slug: 'north' } as StatusPage
const viewOf = (at: number): StatusView => ({ at, state: 'working', places: [], open: [], past: [] })
const read = vi.mocked(readPageView)
const seen = async () => (await cachedPageView(page)).at

/** Each reading takes so long; its view is that of when it began. */
function readingTakes(ms: number) {
  read.mockImplementation(async (_, at) => {
    await new Promise((done) => setTimeout(done, ms))
    return viewOf(at.getTime())
  })
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  read.mockReset()
  forgetStatusViews()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('what a status page shows', () => {
  test('is read once in 10 s, however many ask; meanwhile they get the one before', async () => {
    readingTakes(100)
    const first = Promise.all([seen(), seen(), seen()])
    await vi.advanceTimersByTimeAsync(100)
    expect(await first).toEqual([0, 0, 0])
    await vi.advanceTimersByTimeAsync(9000)
    expect([await seen(), read.mock.calls.length]).toEqual([0, 1])
    await vi.advanceTimersByTimeAsync(1000)
    expect([await seen(), await seen(), read.mock.calls.length]).toEqual([0, 0, 2])
    await vi.advanceTimersByTimeAsync(100)
    expect([await seen(), read.mock.calls.length]).toEqual([10_100, 2])
  })

  test('is never older than a minute and the time of a reading, though each takes longer than 10 s', async () => {
    readingTakes(1)
    const first = seen()
    await vi.advanceTimersByTimeAsync(1)
    expect(await first).toBe(0)
    readingTakes(14_000)
    for (let now = 5000; now <= 300_000; now += 5000) {
      await vi.advanceTimersByTimeAsync(5000)
      const asked = seen()
      await vi.advanceTimersByTimeAsync(0)
      const at = await Promise.race([asked, Promise.resolve(null)])
      if (at !== null) expect(now - at).toBeLessThanOrEqual(60_000)
    }
    expect(read.mock.calls.length).toBeLessThan(35)
    expect(await seen()).toBeGreaterThan(200_000)
  })

  test('is read anew after a reading that failed', async () => {
    read.mockRejectedValueOnce(new Error('no database'))
    await expect(seen()).rejects.toThrow('no database')
    readingTakes(0)
    const again = seen()
    await vi.advanceTimersByTimeAsync(0)
    expect(await again).toBe(0)
  })
})
