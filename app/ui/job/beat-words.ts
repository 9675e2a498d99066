import type { EkgBeat } from '@/lib/domain/ekg'

/** What a beat was, in a word or two. */
export function beatWords(beat: Omit<EkgBeat, 'at'> & { exitStatus?: number | null }): string {
  switch (beat.signal) {
    case 'missed':
      return 'Missed'
    case 'fail':
      return beat.exitStatus ? `Failed, exit ${beat.exitStatus}` : 'Failed'
    case 'start':
      return 'Started'
    case 'log':
      return 'Log'
    default:
      return beat.timing === 'late' ? 'Late' : 'On time'
  }
}
