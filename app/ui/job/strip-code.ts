import { type EkgBeat, type EkgKind, kindOf } from '@/lib/domain/ekg'

const letters: Record<EkgKind, string> = { on_time: 'o', late: 'l', missed: 'm', failed: 'f', note: 'n' }

/** Beats as a letter each: a list of a hundred jobs carries thousands of them. Oldest first. */
export const stripCode = (all: readonly EkgBeat[]): string => all.map((beat) => letters[kindOf(beat)]).join('')

const success = (timing: 'on_time' | 'late') => ({ at: 0, signal: 'success', timing }) as const
const note: EkgBeat = { at: 0, signal: 'log', timing: null }
const beats: Record<string, EkgBeat> = {
  o: success('on_time'),
  l: success('late'),
  m: { at: 0, signal: 'missed', timing: null },
  f: { at: 0, signal: 'fail', timing: null },
}

/** The same as beats again, without their times: a strip needs none. */
export const readStrip = (code: string): EkgBeat[] => [...code].map((letter) => beats[letter] ?? note)
