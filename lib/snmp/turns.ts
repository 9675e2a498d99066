import { setMaxListeners } from 'node:events'

/** Lets at most so many work at once; the others wait in the order in which they came. */
export function turns(most: number) {
  let working = 0
  const waiting: (() => void)[] = []
  const leave = () => {
    working -= 1
    waiting.shift()?.()
  }

  /** Waits for a turn. False: the signal came first, and there is nothing to give back. */
  const enter = (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false)
    if (working < most) {
      working += 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const turn = () => {
        signal.removeEventListener('abort', giveUp)
        working += 1
        resolve(true)
      }
      const giveUp = () => {
        waiting.splice(waiting.indexOf(turn), 1)
        resolve(false)
      }
      waiting.push(turn)
      setMaxListeners(0, signal)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }
  return { enter, leave, count: () => ({ working, waiting: waiting.length }) }
}
