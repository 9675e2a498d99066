import { askScalars } from './ask-scalars'
import type { Deadline } from './deadline'
import type { Instance } from './lanes'
import { type Ending, type IsThere, presence } from './presence'
import { rowsOf, type SnmpValue } from './rows'
import { rowsOfTables } from './rows-of-tables'
import type { SnmpSession } from './session'
import { type TableLimits, walkTables } from './walk-tables'

/** A walk step by step: what has come, what went wrong, and whether there is any use in going on. */
export function startCourse(session: SnmpSession, deadline: Deadline) {
  const asked = new Set<string>()
  const scalars = new Map<string, SnmpValue>()
  let tables: ReadonlyMap<string, readonly Instance[]> = new Map()
  const faults: string[] = []
  let oids = 0
  let ending: Ending | null = null
  const isThere: IsThere = presence(session, scalars, deadline.signal)

  const note = (step: { oids: number; faults: readonly string[]; ending: Ending | null }) => {
    oids += step.oids
    faults.push(...step.faults)
    ending = step.ending
    if (ending) faults.unshift(ending.kind === 'stopped' ? deadline.words() : ending.why)
  }
  const ask = async (all: readonly string[]) => {
    const more = all.filter((oid) => !asked.has(oid))
    if (ending || more.length === 0) return
    for (const oid of more) asked.add(oid)
    const step = await askScalars(session, more, isThere, deadline.signal)
    for (const [oid, value] of step.values) scalars.set(oid, value)
    note(step)
  }
  const walk = async (roots: readonly string[], limits: TableLimits) => {
    if (ending) return
    const step = await walkTables(session, roots, limits, isThere, deadline.signal)
    tables = step.tables
    note(step)
  }
  return {
    ask,
    walk,
    rows: () => (tables.size === 0 ? rowsOf(scalars) : rowsOfTables(scalars, tables)),
    faults: () => faults,
    oids: () => oids,
    /** Why there is nothing to read: it did not answer, or showed nothing of all that it was asked. Null: there is. */
    failure: (): string | null => {
      if (ending && scalars.size === 0) return faults[0] ?? 'no answer'
      return scalars.size > 0
        ? null
        : `it answers, but shows nothing to this profile: ${faults[0] ?? 'none of it exists'}`
    },
  }
}
