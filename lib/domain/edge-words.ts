import type { Claim } from './claims'
import type { EdgeEvidence, Provenance } from './edge'
import type { How } from './sightings'

/** How a claim is named in the provenance of an edge. */
export const provenanceOf: Record<How, Provenance> = {
  station: 'registration',
  ap: 'remote_mac',
  link: 'remote_mac',
  lldp: 'lldp',
  mndp: 'mndp',
  cdp: 'cdp',
  bridge: 'bridge',
  arp: 'arp',
}

const order: readonly How[] = ['station', 'ap', 'link', 'lldp', 'mndp', 'cdp', 'bridge', 'arp']
export const surestFirst = (a: Claim, b: Claim) =>
  order.indexOf(a.how) - order.indexOf(b.how) || a.reporter - b.reporter

export type Named = {
  nameOf: (id: number) => string
  portName: (id: number, port: number) => string | null
  /** Epoch ms of the last walk that said it. */
  saidAt: (claim: Claim) => number
}

const mostEvidence = 6

/** Claims in words, the surest first. */
export const evidenceOf = (claims: readonly Claim[], named: Named): EdgeEvidence[] =>
  [...claims]
    .sort(surestFirst)
    .slice(0, mostEvidence)
    .map((claim) => ({
      provenance: provenanceOf[claim.how],
      detail: claimWords(claim, named),
      seenAt: new Date(named.saidAt(claim)).toISOString(),
    }))

const by: Record<Claim['by'], string> = { mac: '', address: ', known by its address', name: ', known by its name' }

/** One claim as a sentence: "CPE-7 is registered at wlan1 of AP-2". */
export function claimWords(claim: Claim, { nameOf, portName }: Named): string {
  const { reporter, other, how, port } = claim
  const [one, another] = [nameOf(reporter), nameOf(other)]
  const named =
    port === null ? null : (portName(reporter, port) ?? (port < 0 ? `port ${-1 - port}` : `interface ${port}`))
  const on = named ? ` on ${named}` : ''
  const words: Record<How, string> = {
    station: `${another} is registered at ${named ? `${named} of ` : ''}${one}`,
    ap: `${one} says that its access point is ${another}`,
    link: `${one} says that the far end of its link is ${another}`,
    lldp: `${one} hears ${another} by LLDP${on}`,
    mndp: `${one} hears ${another} by MNDP${on}`,
    cdp: `${one} hears ${another} by CDP${on}`,
    bridge: `${one} forwards to ${another}${on}`,
    arp: `${one} has ${another} in its ARP table${on}`,
  }
  return `${words[how]}${by[claim.by]}${claim.keptAt === null ? '' : ', when it was last seen'}`
}
