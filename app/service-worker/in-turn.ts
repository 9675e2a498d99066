/** One that hangs holds the next up for no longer: a browser must draw something soon, and a late alert is worse than two. */
const patienceMs = 3000

let last: Promise<unknown> = Promise.resolve()

/** Runs `work` when what was begun before it has ended, however, or has been at it for 3 s. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const before = last
  const mine = before.then(work)
  last = before.then(() => withinPatience(mine))
  return mine
}

function withinPatience(work: Promise<unknown>): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, patienceMs)
    const end = () => {
      clearTimeout(timer)
      done()
    }
    work.then(end, end)
  })
}
