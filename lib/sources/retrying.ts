import { setTimeout as sleep } from 'node:timers/promises'
import type { SourceFault } from './records'
import { isFault, type SourceContext } from './source'

const pauses = [2000, 5000]
const passing: readonly SourceFault['kind'][] = ['unreachable', 'slow', 'status']

/** Asks again after what may pass by itself, at most twice: a reading of everything is not lost for one page. */
export async function retrying<T extends object>(
  ask: () => Promise<T | SourceFault>,
  { signal, limits }: SourceContext,
): Promise<T | SourceFault> {
  let answer = await ask()
  for (const pause of limits?.retryMs ?? pauses) {
    if (!isFault(answer) || !passing.includes(answer.kind)) break
    await sleep(pause, undefined, { signal })
    answer = await ask()
  }
  return answer
}
