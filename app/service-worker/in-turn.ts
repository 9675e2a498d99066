/** One that hangs holds the next up for no longer: a browser must draw something soon, and a late alert is worse than two. */
const patienceMs = 3000

let last: Promise<unknown> = Promise.resolve()

/** Runs `work` when what was begun before it has ended, however, or after 3 s. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = withinPatience(last).then(work)
  last = mine.catch(() => {})
  return mine
}

function withinPatience(work: Promise<unknown>): Promise<unknown> {
  return new Promise((done) => {
    const timer = setTimeout(done, patienceMs)
    void work.finally(() => {
      clearTimeout(timer)
      done(null)
    })
  })
}
