import { compilePriority } from '@/lib/domain/priority'
import type { ReplayChannel } from '@/lib/domain/replay'
import { guarded, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { whatIf } from '@/lib/what-if'
import { ReplayInput } from '@/lib/wire/rest-routes'
import { channelNames, conditionOf } from '../answer'
import { priorityProblem } from '../priority/problem'
import { replayAnswer } from './answer'

/** Nothing is saved by asking. */
export const POST = guarded('write', async ({ request }) => {
  const { days, priority: text, routes, channels } = await readJson(request, ReplayInput)
  const priority = text === undefined ? undefined : compilePriority(text)
  if (priority && 'fault' in priority) throw priorityProblem('priority', priority.fault)
  const known = await channelNames()
  const unknown = [
    ...(routes ?? []).flatMap((route) => route.channels),
    ...(channels ?? []).flatMap(({ id, escalate_to: next }) => [id, next ?? id]),
  ].find((id) => !known.has(id))
  if (unknown !== undefined) throw new Problem('invalid-input', `channels: found ${unknown}, expected ids of channels`)
  const change = {
    priority,
    routes: routes?.map(({ name, condition, channels: channelIds }, i) => ({
      id: i + 1,
      name,
      condition: conditionOf(condition),
      channelIds,
    })),
    channels: channels?.map(changedChannel),
  }
  return replayAnswer(await whatIf(change, { days }))
})

type Said = NonNullable<ReturnType<typeof ReplayInput.parse>['channels']>[number]

/** What is left out stays as the channel has it. */
function changedChannel({ id, ...said }: Said): Partial<ReplayChannel> & { id: number } {
  const { hours, critical_breaks_through: breaks, cool_off: coolOff, escalate_to: to, escalate_after: after } = said
  return {
    id,
    ...(hours === undefined ? {} : { hours }),
    ...(breaks === undefined ? {} : { criticalBreaksThrough: breaks }),
    ...(coolOff === undefined ? {} : { coolOffMinutes: coolOff && coolOff / 60 }),
    ...(to === undefined ? {} : { escalateTo: to }),
    ...(after === undefined ? {} : { escalateAfterMinutes: after && after / 60 }),
  }
}
