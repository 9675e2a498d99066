import type { Discovery, DiscoveryState } from '@/lib/store/discoveries'

const number = new Intl.NumberFormat('en')

export const stateWords: Record<DiscoveryState, string> = {
  waiting: 'Waiting',
  running: 'Searching',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
}
/** The colour of a state's word. */
export const stateTones: Record<DiscoveryState, 'blue' | 'up' | 'still' | 'down'> = {
  waiting: 'blue',
  running: 'blue',
  done: 'up',
  cancelled: 'still',
  failed: 'down',
}

/** What a search is called: "10.0.0.0/24", "10.0.0.0/24 and 3 more", "Neighbours of 10.0.0.1". */
export function discoveryTitle({ ranges, seeds }: Pick<Discovery, 'ranges' | 'seeds'>): string {
  const listed = (all: readonly string[]) => {
    const shown = all.slice(0, 2).map((one) => one.replace(/\/32$|\/128$/, ''))
    return all.length > 2 ? `${shown[0]} and ${all.length - 1} more` : shown.join(' and ')
  }
  return seeds.length > 0 ? `Neighbours of ${listed(seeds)}` : listed(ranges)
}

/** "1 device", "1,204 devices". */
export const countWords = (n: number, one = 'device', many = `${one}s`) => `${number.format(n)} ${n === 1 ? one : many}`

/** How long so many addresses take, roughly: "about 2 s", "about 18 min". */
export function sweepWords(addresses: number, rate: number): string {
  const seconds = Math.ceil(addresses / rate)
  if (seconds < 100) return `about ${Math.max(1, seconds)} s`
  return seconds < 5400 ? `about ${Math.round(seconds / 60)} min` : `about ${Math.round(seconds / 3600)} h`
}
