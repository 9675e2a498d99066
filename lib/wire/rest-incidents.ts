import { z } from 'zod'
import { Id } from './rest'

/** What is done with an incident: what the REST interface takes. */

const Reason = z.string().trim().max(500).nullish()

export const AssignInput = z.strictObject({ assignee: Id.nullable() }) // id of an operator
export const ReasonInput = z.strictObject({ reason: Reason })
export const SnoozeInput = z
  .strictObject({
    until: z.iso.datetime({ offset: true }).nullable().optional(),
    minutes: z.int().min(1).max(43_200).optional(),
    reason: Reason,
  })
  .refine(({ until, minutes }) => (until === undefined) !== (minutes === undefined), 'expected until or minutes')
export const MuteInput = z.strictObject({
  for: z.union([z.literal('everyone'), z.array(Id).max(1000)]), // ids of channels; an empty list unmutes it
  reason: Reason,
})
