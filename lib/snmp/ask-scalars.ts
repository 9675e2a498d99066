import { inOrder, justBefore } from './oid'
import type { Ending, IsThere } from './presence'
import type { SnmpValue } from './rows'
import { type Answer, type SnmpSession, snmpErrors } from './session'

export type AskedScalars = { values: Map<string, SnmpValue>; oids: number; faults: string[]; ending: Ending | null }

/** Instances asked at once; each fits into 60 octets or so, and the answer into one datagram. */
const mostAtOnce = 20
/** By GETNEXT, where what comes instead of a missing instance may be long. */
const mostByNext = 10

/**
 * Asks for single instances. A v1 agent refuses a whole GET for one instance that it does not have, so there, and where v2c
 * agents do the same, what stands before each instance is asked for its successor.
 */
export async function askScalars(
  session: SnmpSession,
  oids: readonly string[],
  isThere: IsThere,
  signal: AbortSignal,
): Promise<AskedScalars> {
  const asked: AskedScalars = { values: new Map(), oids: 0, faults: [], ending: null }
  const way: Way = {
    kind: session.version === '1' ? 'next' : 'get',
    size: session.version === '1' ? mostByNext : mostAtOnce,
  }
  let left = session.version === '1' ? [...oids].sort(inOrder) : [...oids]
  while (left.length > 0 && !asked.ending) {
    const batch = left.slice(0, way.size)
    const names = way.kind === 'get' ? batch : batch.map(justBefore)
    const answer = await session.ask({ kind: way.kind, oids: names, repetitions: 1 }, signal)
    const heard = await hear(answer, batch, way, asked, isThere)
    left = [...heard, ...left.slice(batch.length)]
    if (way.sort) [left, way.sort] = [left.sort(inOrder), false]
  }
  return asked
}

type Way = { kind: 'get' | 'next'; size: number; sort?: boolean }

/** Takes an answer; returns what of the batch is to be asked again. */
async function hear(
  answer: Answer,
  batch: string[],
  way: Way,
  asked: AskedScalars,
  isThere: IsThere,
): Promise<string[]> {
  switch (answer.kind) {
    case 'values': {
      const wanted = new Set(batch)
      asked.oids += answer.varbinds.length
      for (const { oid, value } of answer.varbinds) if (value !== null && wanted.has(oid)) asked.values.set(oid, value)
      return []
    }
    case 'refused':
      return refused(answer, batch, way, asked)
    case 'silent':
      asked.ending = await isThere(answer.why)
      return asked.ending ? [] : smaller('no answer, though the device answers to others', batch, way, asked)
    case 'denied':
      asked.ending = { kind: 'denied', why: answer.why }
      return []
    case 'stopped':
      asked.ending = { kind: 'stopped', why: 'stopped' }
      return []
  }
}

function refused(answer: { status: number; index: number }, batch: string[], way: Way, asked: AskedScalars): string[] {
  const { status, index } = answer
  const at = index - 1
  const named = batch[at]
  if (status === snmpErrors.noSuchName) {
    // In order, so that what follows is past the end of the MIB as well.
    if (way.kind === 'next') return named === undefined ? smaller(null, batch, way, asked) : batch.slice(0, at)
    Object.assign(way, { kind: 'next', size: mostByNext, sort: true })
    return batch
  }
  if (status === snmpErrors.tooBig || named === undefined) return smaller(`error status ${status}`, batch, way, asked)
  asked.faults.push(`${named}: error status ${status}`)
  return batch.filter((one) => one !== named)
}

/** Half as many at once from now on; of a single one that is the end, told as a fault unless there is nothing to tell. */
function smaller(what: string | null, batch: string[], way: Way, asked: AskedScalars): string[] {
  if (batch.length > 1) {
    way.size = Math.ceil(batch.length / 2)
    return batch
  }
  if (what !== null) asked.faults.push(`${batch[0]}: ${what}`)
  return []
}
