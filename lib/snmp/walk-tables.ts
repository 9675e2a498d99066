import { type Instance, type Lane, laneOf, outermost, take } from './lanes'
import type { Ending, IsThere } from './presence'
import { type Answer, type Question, type SnmpSession, snmpErrors, type Varbind } from './session'

export type TableLimits = {
  /** Most instances of all tables together, and of one. */
  mostRows: number
  mostTableRows: number
  /** Instances asked with one question. */
  repetitions: number
}

export type WalkedTables = {
  tables: Map<string, readonly Instance[]>
  /** Instances received, those past the end of a table too. */
  oids: number
  faults: string[]
  ending: Ending | null
}

/** Tables that are walked side by side: most questions of a small device are answered in one round. */
const mostLanes = 5
/** GETNEXT brings one instance of each table a round, so it asks for more of them. */
const mostLanesByNext = 10
/** Questions of a table alone before it is asked in company again. */
const carefulFor = 10

/**
 * Walks tables of one device, several side by side, by GETBULK. What a device does not like is asked in smaller questions,
 * then by GETNEXT, then given up for that table alone. What came is kept however the walk ends.
 */
export async function walkTables(
  session: SnmpSession,
  roots: readonly string[],
  limits: TableLimits,
  isThere: IsThere,
  signal: AbortSignal,
): Promise<WalkedTables> {
  const waiting = outermost(roots)
  const walked: WalkedTables = { tables: new Map(), oids: 0, faults: [], ending: null }
  const pace: Pace = { bulk: session.version !== '1', bulkWorked: false, capacity: Math.max(1, limits.repetitions) }
  let lanes: Lane[] = []
  for (;;) {
    for (const lane of lanes) if (lane.over) walked.tables.set(lane.root, lane.rows)
    lanes = lanes.filter((lane) => !lane.over)
    while (lanes.length < mostAtOnce(pace) && waiting.length > 0) lanes.push(laneOf(waiting.shift() ?? ''))
    if (lanes.length === 0) return walked
    const asked = lanesToAsk(lanes, pace)
    const question = questionOf(asked, pace)
    const answer = await session.ask(question, signal)
    walked.ending = await hear(answer, { question, asked, pace, walked, limits, isThere })
    const full = walked.oids >= limits.mostRows
    if (full) walked.faults.push(`more than ${limits.mostRows} instances, the rest left out`)
    if (full || walked.ending) return unfinished(walked, lanes, waiting)
  }
}

type Pace = {
  bulk: boolean
  bulkWorked: boolean
  /** Instances that the device can answer at once, as far as is known. */
  capacity: number
}

const mostAtOnce = ({ bulk, capacity }: Pace) => Math.min(bulk ? mostLanes : mostLanesByNext, capacity)

function lanesToAsk(lanes: readonly Lane[], pace: Pace): Lane[] {
  const careful = lanes.find((lane) => lane.careful > 0)
  return careful ? [careful] : lanes.slice(0, mostAtOnce(pace))
}

function questionOf(asked: readonly Lane[], { bulk, capacity }: Pace): Question {
  const oids = asked.map((lane) => lane.cursor)
  const byNext = !bulk || asked.some((lane) => lane.careful > 0)
  if (byNext) return { kind: 'next', oids, repetitions: 1 }
  return { kind: 'bulk', oids, repetitions: Math.max(1, Math.floor(capacity / asked.length)) }
}

type Asked = {
  question: Question
  asked: Lane[]
  pace: Pace
  walked: WalkedTables
  limits: TableLimits
  isThere: IsThere
}

/** Puts an answer into lanes, pace and faults. Returns why the walk cannot go on, or null. */
async function hear(answer: Answer, about: Asked): Promise<Ending | null> {
  switch (answer.kind) {
    case 'values':
      if (answer.varbinds.length === 0) hinder(about, 'an answer without instances')
      else hearValues(answer.varbinds, about)
      return null
    case 'refused':
      refused(answer, about)
      return null
    case 'silent': {
      const ending = await about.isThere(answer.why)
      if (!ending) hinder(about, 'no answer, though the device answers to others')
      return ending
    }
    case 'denied':
      return { kind: 'denied', why: answer.why }
    case 'stopped':
      return { kind: 'stopped', why: 'stopped' }
  }
}

function hearValues(varbinds: readonly Varbind[], about: Asked): void {
  const { asked, pace, walked, limits, question } = about
  let turn = 0
  for (const varbind of varbinds) {
    const lane = asked[turn]
    const fault = lane ? take(lane, varbind, limits.mostTableRows) : null
    if (fault) walked.faults.push(fault)
    turn = turn + 1 === asked.length ? 0 : turn + 1
  }
  walked.oids += varbinds.length
  if (question.kind === 'bulk') pace.bulkWorked = true
  for (const lane of asked)
    if (lane.careful > 0) {
      lane.careful -= 1
      // GETBULK never was answered and GETNEXT is: airOS and others of its age.
      if (!pace.bulkWorked) [pace.bulk, lane.careful] = [false, 0]
    }
}

function refused({ status, index }: { status: number; index: number }, about: Asked): void {
  const { asked, question, walked } = about
  const named = question.kind === 'next' ? (asked[index - 1] ?? (asked.length === 1 ? asked[0] : undefined)) : undefined
  if (status === snmpErrors.tooBig) hinder(about, 'an instance that does not fit into an answer', 'smaller')
  else if (!named) hinder(about, `error status ${status}`)
  else {
    named.over = true // of v1, noSuchName is how a MIB ends
    if (status !== snmpErrors.noSuchName)
      walked.faults.push(`${named.root}: error status ${status} after ${named.cursor}`)
  }
}

/** Something went wrong with a question: the next is smaller, or of one table alone, or there is none for that table. */
function hinder({ asked, question, pace, walked }: Asked, what: string, how: 'smaller' | 'alone' = 'alone'): void {
  const [alone] = asked
  if (question.kind === 'next' && asked.length === 1 && alone) {
    alone.over = true
    walked.faults.push(`${alone.root}: ${what} after ${alone.cursor}`)
    return
  }
  const size = question.kind === 'bulk' ? question.repetitions * asked.length : asked.length
  pace.capacity = Math.max(1, Math.floor(Math.min(size, pace.capacity) / 2))
  if (size === 1 || how === 'alone') for (const lane of asked) lane.careful = carefulFor
}

function unfinished(walked: WalkedTables, lanes: readonly Lane[], waiting: readonly string[]): WalkedTables {
  for (const lane of lanes) walked.tables.set(lane.root, lane.rows)
  const missing = [...lanes.filter((lane) => !lane.over).map((lane) => lane.root), ...waiting]
  if (missing.length > 0) walked.faults.push(`not walked to the end: ${someOf(missing)}`)
  return walked
}

const someOf = (all: readonly string[]) =>
  all.length <= 6 ? all.join(', ') : `${all.slice(0, 5).join(', ')} and ${all.length - 5} more`
