/** Things to do, each at its time; of those of one time the one that was put in first comes first. */
export class TimeQueue<T> {
  readonly #heap: { at: number; order: number; item: T }[] = []
  #order = 0

  put(at: number, item: T): void {
    const heap = this.#heap
    const one = { at, order: this.#order++, item }
    let i = heap.length
    heap.push(one)
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = heap[parent]
      if (!above || !isBefore(one, above)) break
      heap[i] = above
      i = parent
    }
    heap[i] = one
  }

  /** Takes out the next one; null when there is none. */
  take(): { at: number; item: T } | null {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last) return null
    if (heap.length > 0) this.#sink(last)
    return first
  }

  #sink(one: { at: number; order: number; item: T }): void {
    const heap = this.#heap
    let i = 0
    for (;;) {
      const left = heap[2 * i + 1]
      const right = heap[2 * i + 2]
      if (!left) break
      const isRight = right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (!isBefore(child, one)) break
      heap[i] = child
      i = 2 * i + (isRight ? 2 : 1)
    }
    heap[i] = one
  }
}

const isBefore = (a: { at: number; order: number }, b: { at: number; order: number }) =>
  a.at < b.at || (a.at === b.at && a.order < b.order)
