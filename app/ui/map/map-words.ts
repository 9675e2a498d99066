import type { Provenance } from '@/lib/domain/edge'
import { clientsAmong } from '@/lib/domain/map-fall'
import type { MapDevice } from '@/lib/domain/map-graph'

const number = new Intl.NumberFormat('en')
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number.format(count)} ${count === 1 ? one : many}`

/** How an upstream came to be known. */
export const provenanceWords: Record<Provenance, string> = {
  hand: 'made by hand',
  imported: 'imported',
  registration: 'registration table',
  remote_mac: 'remote MAC',
  lldp: 'LLDP',
  mndp: 'MNDP',
  cdp: 'CDP',
  bridge: 'bridge table',
  arp: 'ARP',
}

/**
 * What would go dark, in words. `fallen` are devices by index, `falling` what goes dark with them; `isDark`: they have
 * fallen already.
 */
export function fallWords(
  devices: readonly MapDevice[],
  { fallen, falling, isDark }: { fallen: readonly number[]; falling: readonly number[]; isDark: boolean },
): { sentence: string; clients: string[]; more: string } {
  const { names, elsewhere } = clientsAmong(devices, [...fallen, ...falling])
  const others = falling.length > 0 ? counted(falling.length, 'more device') : ''
  const clients = names.length > 0 ? counted(names.length, 'client') : ''
  const what = [others, clients].filter(Boolean).join(' and ')
  const sentence = isDark
    ? what
      ? `It is dark, and cuts off ${what}.`
      : 'It is dark, and cuts nobody else off.'
    : what
      ? `If this fell, ${what} would go dark${others ? '' : ' with it'}.`
      : 'If this fell, nothing else would go dark.'
  const more =
    elsewhere > 0
      ? `${counted(elsewhere, 'of these clients has', 'of these clients have')} another device besides.`
      : ''
  return { sentence, clients: names, more }
}
