import { readdirSync } from 'node:fs'
import { vendors } from '@/lib/snmp/vendors'
import { createWalker, type Walker } from '@/lib/snmp/walk-device'
import { snmpFile } from '../../snmp/recordings'
import { profileFor } from '../../snmp/replay'
import { quantile } from '../quantile'
import { type Served, serve, somePort } from './served'

const devices = 500
const rounds = 3
/** 25 of 500: these answer after 5 s or never. */
const isSpoilt = (device: number) => device % 20 === 7
/** Of each walk: it is what ends those that answer every question after 5 s. */
const deadlineMs = 12_000
const first = '127.72.1.1'

/**
 * All devices at once from this process, each with its whole plan: system, interfaces, addresses, stations, neighbours, ARP
 * and FDB. The rounds with and without slow and silent devices come in turn; the others are compared with themselves.
 */
export async function benchFleet() {
  const served = await serve(['--fleet', `${first}:${devices}=${snmpFile('recordings')}`], somePort())
  try {
    const walker = createWalker({ sockets: devices })
    await walkAll(walker, served) // a cold JIT
    const sound: Round[] = []
    const spoilt: Round[] = []
    for (let round = 0; round < rounds; round++) {
      sound.push(await walkAll(walker, served))
      await spoil(served, true)
      spoilt.push(await walkAll(walker, served))
      await spoil(served, false)
    }
    const [a, b] = [fastest(sound), fastest(spoilt)]
    return {
      devices,
      recordings: readdirSync(snmpFile('recordings')).filter((file) => file.endsWith('.snmprec')).length,
      sockets: a.sockets,
      oids: a.oids,
      wall_ms: Math.round(a.othersMs),
      cpu_ms: Math.round(a.cpuMs),
      p95_ms: Math.round(quantile(a.each, 0.95)),
      partial: a.partial,
      rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
      with_slow: {
        wall_ms: Math.round(b.othersMs),
        all_wall_ms: Math.round(b.wallMs),
        failed: b.failed,
        partial: b.partial,
      },
      others_slower: Math.round((b.othersMs / a.othersMs) * 100) / 100,
    }
  } finally {
    await served.end()
  }
}

type Round = {
  wallMs: number
  othersMs: number
  cpuMs: number
  oids: number
  failed: number
  /** Of the others, those whose walk was not whole. */
  partial: number
  sockets: number
  each: number[]
}

const fastest = (all: readonly Round[]): Round => all.reduce((best, one) => (one.othersMs < best.othersMs ? one : best))

const addresses = Array.from({ length: devices }, (_, i) => addressOf(i))

/** As the replay agent counts them: last octets of 0 and 255 are left out. */
function addressOf(device: number): string {
  return `127.72.${1 + Math.floor(device / 254)}.${1 + (device % 254)}`
}

async function spoil(served: Served, on: boolean): Promise<void> {
  const some = addresses.filter((_, i) => isSpoilt(i))
  const half = Math.ceil(some.length / 2)
  await served.fault(some.slice(0, half), on ? { latency: 5000 } : null)
  await served.fault(some.slice(half), on ? { mute: true } : null)
}

async function walkAll(walker: Walker, served: Served): Promise<Round> {
  const signal = new AbortController().signal
  const profile = profileFor(served.port, { timeout_ms: 2000, retries: 2 })
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const round: Round = { wallMs: 0, othersMs: 0, cpuMs: 0, oids: 0, failed: 0, partial: 0, sockets: 0, each: [] }
  const walks = addresses.map(async (address, i) => {
    const found = await walker.walkDevice(profile, address, vendors, { signal, deadlineMs })
    if (!isSpoilt(i)) round.othersMs = performance.now() - startedAt
    if ('failure' in found) round.failed += 1
    else {
      if (!isSpoilt(i) && found.faults.length > 0) round.partial += 1
      round.oids += found.oids
      round.each.push(found.durationMs)
    }
  })
  round.sockets = walker.count().walking
  await Promise.all(walks)
  const { user, system } = process.cpuUsage(before)
  round.each.sort((x, y) => x - y)
  return { ...round, wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }
}
