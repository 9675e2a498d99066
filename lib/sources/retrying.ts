import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceFault } from './records'
import { isFault, type SourceContext } from './source'

const passing: readonly SourceFault['kind'][] = ['unreachable', 'slow', 'status']

/** How often one page is asked for again, after which pauses (ms), and how long it waits at most where it is asked to (s). */
export const patience = {
  all: { pauses: [2000, 5000], rest: 120 }, // a reading of everything is not lost for one page
  poll: { pauses: [2000], rest: 0 }, // the next one comes soon
}

/** Asks again after what may pass by itself. */
export async function retrying<T extends object>(
  ask: () => Promise<T | SourceFault>,
  { signal, limits }: SourceContext,
  { pauses, rest: mostRest } = patience.all,
): Promise<T | SourceFault> {
  let answer = await ask()
  for (const [i, usual] of pauses.entries()) {
    if (!isFault(answer) || !passing.includes(answer.kind)) break
    const rest = answer.retryAfterSeconds ?? 0
    if (rest > mostRest) break // whoever asked comes back when it is time
    await sleep(Math.max(limits?.retryMs?.[i] ?? usual, rest * 1000), undefined, { signal })
    answer = await ask()
  }
  return answer
}
