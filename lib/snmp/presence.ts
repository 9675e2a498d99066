import type { SnmpValue } from './rows'
import type { SnmpSession } from './session'

/** Why a walk ends before its plan does. */
export type Ending = { kind: 'silent' | 'denied' | 'stopped' | 'restarted'; why: string }

/** Asked when a question found no answer: null when the device answers to another one, so that the walk can go on. */
export type IsThere = (why: string) => Promise<Ending | null>

const objectId = '1.3.6.1.2.1.1.2.0'
const upTime = '1.3.6.1.2.1.1.3.0'

/**
 * Tells a device that is gone from one that only does not like a question. `known` is what it answered until now: while that
 * is nothing, silence is all there is; a time since start that fell means that the rest would be of another life.
 */
export function presence(session: SnmpSession, known: ReadonlyMap<string, SnmpValue>, signal: AbortSignal): IsThere {
  return async (why) => {
    if (known.size === 0) return { kind: 'silent', why }
    const answer = await session.ask({ kind: 'get', oids: [objectId, upTime], repetitions: 1 }, signal)
    if (answer.kind === 'silent')
      return { kind: 'silent', why: `it fell silent in the middle of the walk: ${answer.why}` }
    if (answer.kind === 'denied') return { kind: 'denied', why: answer.why }
    if (answer.kind === 'stopped') return { kind: 'stopped', why: 'stopped' }
    const [before, now] = [known.get(upTime), answer.kind === 'values' ? upTimeOf(answer.varbinds) : undefined]
    if (typeof before !== 'number' || typeof now !== 'number' || now >= before) return null
    return { kind: 'restarted', why: 'it restarted in the middle of the walk' }
  }
}

const upTimeOf = (varbinds: readonly { oid: string; value: SnmpValue | null }[]) =>
  varbinds.find(({ oid }) => oid === upTime)?.value
