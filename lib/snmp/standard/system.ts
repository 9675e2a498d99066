import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { objectId, secondsOfTicks, text } from './decode'

const system = '1.3.6.1.2.1.1'

/** The system group, asked first of every device, with the signs of all vendors. */
export const systemScalars = [1, 2, 3, 4, 5, 6].map((object) => `${system}.${object}.0`)

/** The system group. */
export function systemFacts(rows: Rows): DeviceFacts['system'] {
  return {
    name: text(rows.scalar(`${system}.5.0`)),
    description: text(rows.scalar(`${system}.1.0`), 512),
    objectId: objectId(rows.scalar(`${system}.2.0`)),
    contact: text(rows.scalar(`${system}.4.0`)),
    location: text(rows.scalar(`${system}.6.0`)),
    uptimeSeconds: secondsOfTicks(rows.scalar(`${system}.3.0`)),
  }
}

/** sysObjectID, dotted, or empty. */
export const objectIdOf = (rows: Rows): string => objectId(rows.scalar(`${system}.2.0`)) ?? ''

/** sysDescr, or empty. */
export const descriptionOf = (rows: Rows): string => text(rows.scalar(`${system}.1.0`), 512) ?? ''

/** Whether an object id is another or stands below it. */
export const isBelow = (oid: string, root: string): boolean => oid === root || oid.startsWith(`${root}.`)
