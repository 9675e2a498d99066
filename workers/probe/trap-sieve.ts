import type { Trap } from '@/lib/snmp/trap'
import { type Clock, systemClock } from './clock'
import type { HeardTrap } from './walk-words'

const gatherMs = 100
const spanMs = 10_000
const mostOfOne = 20 // of one sender, each 10 s
const mostOfAll = 2000 // of all, each 10 s

type Said = Pick<Trap, 'kind' | 'ifIndex' | 'ifName' | 'stationMac' | 'uptimeSeconds'>

/** Lets through what tells something of a device, so much of each sender and of all, and hands it over in bundles. */
export function createTrapSieve(
  onTraps: (items: HeardTrap[]) => void,
  clock: Pick<Clock, 'wallMs' | 'after'> = systemClock,
) {
  let heard: HeardTrap[] = []
  let spanFrom = 0
  let all = 0
  let of = new Map<string, number>()

  return (trap: Said, from: string): void => {
    if (trap.kind === 'other') return
    const at = clock.wallMs()
    if (Math.abs(at - spanFrom) >= spanMs) {
      spanFrom = at
      all = 0
      of = new Map()
    }
    const count = (of.get(from) ?? 0) + 1
    if (count > mostOfOne || all >= mostOfAll) return
    of.set(from, count)
    all++
    if (heard.length === 0) {
      clock.after(gatherMs, () => {
        const items = heard
        heard = []
        onTraps(items)
      })
    }
    heard.push({ address: from, at, kind: trap.kind, detail: detailOf(trap).slice(0, 200), mac: trap.stationMac })
  }
}

function detailOf({ kind, stationMac, ifName, ifIndex, uptimeSeconds }: Said): string {
  if (kind === 'rebooted') return uptimeSeconds === null ? 'restarted' : `up for ${Math.round(uptimeSeconds)} s`
  return stationMac ?? ifName ?? (ifIndex === null ? 'trap' : `interface ${ifIndex}`)
}
