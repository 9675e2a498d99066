import { kindLabel } from '@/lib/domain/channel-fields'
import { type ChannelState, phoneWords } from '@/lib/domain/channel-state'
import type { Status } from '@/lib/domain/status'
import type { StoredChannel } from '@/lib/store/channel-writes'
import { spanWords } from '../time-words'

/** The shape of each state: those of devices, as people know them. */
export const stateShapes: Record<ChannelState, Status> = {
  delivering: 'up',
  unproven: 'new',
  failing: 'suspect',
  spared: 'late',
  broken: 'down',
}
export const stateWords: Record<ChannelState, string> = {
  delivering: 'Delivers',
  unproven: 'Not proven yet',
  failing: 'Failing',
  spared: 'Spared for a while',
  broken: 'Broken',
}
export const stateMeanings: Record<ChannelState, string> = {
  delivering: 'The last notice or test was taken.',
  unproven: 'Nothing was delivered yet: send a test.',
  failing: 'The last tries failed; it is tried again.',
  spared: 'It failed several times in a row and is not tried for a while.',
  broken: 'It refused for good. Nothing is sent until it is mended, or a test is taken.',
}

/** Kind and where it leads: "Slack, hooks.slack.com". */
export const leadsTo = ({ kind, detail, operator, phones }: StoredChannel): string =>
  kind === 'web_push'
    ? [operator?.email, phoneWords(phones)].filter(Boolean).join(', ')
    : [kindLabel(kind), detail].filter(Boolean).join(' ')

/** "again after 30 min", "then Duty phone after 10 min"; what is told once, and nobody after, says nothing. */
export function againWords(channel: StoredChannel, nameOf: (id: number) => string | undefined): string[] {
  const { coolOffMinutes: again, escalateTo, escalateAfterMinutes: after } = channel
  const next = escalateTo === null ? undefined : nameOf(escalateTo)
  return [
    ...(again === null ? [] : [`again after ${spanWords(again * 60_000)}`]),
    ...(next === undefined
      ? []
      : [`then ${next} ${after === null ? 'when it cannot be reached' : `after ${spanWords(after * 60_000)}`}`]),
  ]
}

/** A name cut to fit a label. */
export const phrase = (name: string, most: number) => (name.length > most ? `${name.slice(0, most - 1)}…` : name)
