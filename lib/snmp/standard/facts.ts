import { type DeviceFacts, noFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import type { Plan } from '../vendor'
import { systemScalars } from './system'

/** What every device is asked. */
export const standardPlan: Plan = { scalars: systemScalars, tables: [] }

/** Facts of the tables that every vendor may have. What is not answered is null or empty. */
export function standardFacts(_rows: Rows): DeviceFacts {
  return noFacts()
}
