import type { InterfaceFact } from '@/lib/domain/device-facts'
import type { Provenance } from '@/lib/domain/edge'

/** How an edge was learnt, as it is said of what hangs below. */
export const provenanceWords: Record<Provenance, string> = {
  hand: 'made by hand',
  imported: 'imported',
  registration: 'registered there',
  remote_mac: 'by its radio',
  lldp: 'heard by LLDP',
  mndp: 'heard by MNDP',
  cdp: 'heard by CDP',
  bridge: 'seen on one of its ports',
  arp: 'in its ARP table',
}

/** How sure an edge is: nothing for what people made, else "sure", "likely (70 %)". */
export function sureWords(provenance: Provenance, confidence: number): string | null {
  if (provenance === 'hand' || provenance === 'imported') return null
  if (confidence >= 0.9) return 'sure'
  return `${confidence >= 0.6 ? 'likely' : 'unsure'} (${Math.round(confidence * 100)} %)`
}

/** A bit rate: "54 Mb/s", "1 Gb/s", "1.3 Gb/s". */
export function rateWords(bps: number | null): string {
  if (bps === null || bps <= 0) return ''
  const steps = [
    [1e9, 'Gb/s'],
    [1e6, 'Mb/s'],
    [1e3, 'kb/s'],
  ] as const
  const [size, unit] = steps.find(([least]) => bps >= least) ?? [1, 'b/s']
  const value = bps / size
  return `${value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`
}

/** A length: "840 m", "12.4 km". */
export const distanceWords = (m: number | null) =>
  m === null || m <= 0 ? '' : m < 995 ? `${Math.round(m)} m` : `${(m / 1000).toFixed(1)} km`

export const dbmWords = (dbm: number | null) => (dbm === null ? '' : `${Math.round(dbm)} dBm`)

/** What a port does: "up", "down", "off" where somebody switched it off. */
export function portWords({ admin, oper }: InterfaceFact): 'up' | 'down' | 'off' | 'idle' | 'unknown' {
  if (admin === 'down') return 'off'
  if (oper === 'up') return 'up'
  if (oper === 'dormant') return 'idle'
  return oper === 'unknown' || oper === null ? 'unknown' : 'down'
}
