import { z } from 'zod'
import { limits } from '@/lib/domain/device-fields'
import { deviceListFormats } from '@/lib/domain/device-import'
import { ImportQuery, line } from './rest'

/** An import of devices, on the wire. */
export const DeviceImportQuery = ImportQuery.extend({
  format: z.enum(deviceListFormats).optional().describe('recognised unless said'),
  upstream: line(limits.name).optional().describe('of a list of RouterOS: the device that all of them hang on'),
})
export const DeviceImportAnswer = z.object({
  format: z.enum(deviceListFormats),
  created: z.int(),
  updated: z.int(),
  rejected: z.array(
    z.object({ line: z.int(), name: z.string().optional().describe('of a list from elsewhere'), reason: z.string() }),
  ),
  notes: z
    .array(z.object({ line: z.int(), name: z.string(), reason: z.string() }))
    .describe('of what is taken, what is left behind'),
  new_sites: z.array(z.string()),
  new_profiles: z.array(z.string()).describe('SNMP profiles that are made'),
  ignored_columns: z.array(z.string()).describe('columns, or parts, that nothing was read from'),
  preview: z.boolean(),
})
export type DeviceImportAnswer = z.infer<typeof DeviceImportAnswer>
