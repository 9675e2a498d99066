import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from './rows'

/** What to ask of a device: single instances, and columns or tables to walk. Object ids dotted, without a leading dot. */
export type Plan = { scalars: readonly string[]; tables: readonly string[] }

/**
 * One operating system of one vendor: how it is told from others, what to ask beside what every device is asked, and how
 * what came becomes facts. Pure: rows in, facts out; nothing that a device says may make it throw.
 */
export type Vendor = {
  os: string
  vendor: string
  /** Instances that answer only on this one, asked with the first request of every device: sysObjectID alone lies. */
  signs: readonly string[]
  /** How sure it is, 0 to 1, by system group and signs. The surest of all wins. */
  recognises(rows: Rows): number
  plan: Plan
  /** Facts of its own, over those of the standard tables. */
  facts(rows: Rows, standard: DeviceFacts): DeviceFacts
}
