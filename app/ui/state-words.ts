import type { Status } from '@/lib/domain/status'

/** The word of each state, as it stands beside its mark. */
export const stateWords: Record<Status, string> = {
  up: 'Up',
  suspect: 'Suspect',
  down: 'Down',
  unreachable: 'Unreachable',
  degraded: 'Degraded',
  late: 'Late',
  new: 'New',
  paused: 'Paused',
  unknown: 'Unknown',
}

/** What a state means, for titles and the legend. */
export const stateMeanings: Record<Status, string> = {
  up: 'answers',
  suspect: 'missed a ping; being confirmed',
  down: 'dark',
  unreachable: 'dark because of another device',
  degraded: 'answers, but loses pings or is slow',
  late: 'a beat is overdue',
  new: 'not measured yet',
  paused: 'not watched',
  unknown: 'no probe can tell',
}
