import { sql } from './database'

/** Sorts names as people count, `Tower 2` before `Tower 10`; two values, so that no two names are equal. */
export const inNaturalOrder = (name: ReturnType<typeof sql>) =>
  sql`natural_key(${name}) collate "C", ${name} collate "C"`
