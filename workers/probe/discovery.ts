import { addressCount, isWithin, parseRanges, rangesOutside } from '@/lib/domain/address-range'
import { rangeAddresses } from '@/lib/domain/range-addresses'
import { type Discover, type FoundItem, mostFactsAMessage, mostFoundItems } from '@/lib/wire/walk'
import type { Clock } from './clock'
import type { WalkOutcome } from './walk-words'

const tickMs = 50
const reportMs = 1000
const retryAfterMs = 1000
const walksAtOnce = 32
const mostRate = 5000
const mostSwept = 1_048_576
const mostSeen = 20_000
const mostReportBytes = 2 << 20

export type Report = { asked: number; total: number; ended: boolean; failure: string | null; items: FoundItem[] }
export type SearchOptions = {
  clock: Clock
  order: Discover
  /** One ping; null: no answer within a second. */
  ping: (address: string) => Promise<number | null>
  walk: (address: string) => Promise<WalkOutcome>
  onReport: (report: Report) => void
  onEnd: () => void
}

/**
 * One discovery: each address pinged, and once more if it is silent, at the rate of the order; what answers is opened with
 * the profiles. With seeds: they, what is seen from them, what is seen from those. Nothing outside of the ranges is touched.
 */
export function startSearch({ clock, order, ping, walk, onReport, onEnd }: SearchOptions) {
  const ranges = order.ranges
  const isSeeded = order.seeds.length > 0
  const known = new Set<string>() // of a seeded one: addresses that were or will be asked, and others of devices found
  const fresh: string[] = []
  const retries: { address: string; dueMono: number }[] = []
  const toWalk: { address: string; rttMs: number | null }[] = []
  let sweep: Iterator<string> = [][Symbol.iterator]()
  let found: FoundItem[] = []
  let foundBytes = 0
  let foundFacts = 0
  const count = { total: 0, asked: 0, pinging: 0, walking: 0 }
  let budget = 0
  let lastMono = clock.monoMs()
  let reportedMono = clock.monoMs()
  let told = ''
  let sweepIsDone = isSeeded
  let over = false
  let disarm = () => {}

  const fault = faultOf(order)
  if (fault) {
    disarm = clock.after(0, () => end(fault))
  } else {
    if (isSeeded) see(order.seeds)
    else {
      const read = parseRanges(ranges.join(' '))
      sweep = rangeAddresses('ranges' in read ? read.ranges : [])
      count.total = Number(addressCount(ranges))
    }
    disarm = clock.after(tickMs, tick)
  }

  /** Addresses that somebody sees: those within the ranges, not asked yet, are asked. */
  function see(addresses: readonly string[]): void {
    for (const address of addresses) {
      if (known.size >= mostSeen || known.has(address) || !isWithin(address, ranges)) continue
      known.add(address)
      fresh.push(address)
      count.total++
    }
  }

  function tick(): void {
    const now = clock.monoMs()
    const rate = Math.min(order.rate, mostRate)
    budget = Math.min(budget + ((now - lastMono) * rate) / 1000, Math.max(rate / 4, 1)) // a stall is not made up for
    lastMono = now
    while (budget >= 1 && pingNext(now)) budget--
    while (count.walking < walksAtOnce) {
      const next = toWalk.shift()
      if (!next) break
      void open(next)
    }
    if (now - reportedMono >= reportMs) report(false)
    if (isDone()) end(null)
    else disarm = clock.after(tickMs, tick)
  }

  const isDone = () =>
    fresh.length + retries.length + toWalk.length + count.pinging + count.walking === 0 && sweepIsDone

  function pingNext(now: number): boolean {
    const [again] = retries
    if (again && again.dueMono <= now) {
      retries.shift()
      void ask(again.address, true)
      return true
    }
    const address = nextAddress()
    if (address === undefined) return false
    void ask(address, false)
    return true
  }

  function nextAddress(): string | undefined {
    if (sweepIsDone) return fresh.shift()
    const next = sweep.next()
    sweepIsDone = next.done ?? false
    return next.done ? undefined : next.value
  }

  async function ask(address: string, isLast: boolean): Promise<void> {
    count.pinging++
    const rttMs = await ping(address)
    count.pinging--
    if (over) return
    if (rttMs === null && !isLast) {
      retries.push({ address, dueMono: clock.monoMs() + retryAfterMs })
      return
    }
    count.asked++
    // A seed, or what somebody sees, is there: it may only not answer pings.
    if (rttMs !== null || isSeeded) toWalk.push({ address, rttMs })
  }

  async function open({ address, rttMs }: { address: string; rttMs: number | null }): Promise<void> {
    count.walking++
    const walked = order.profiles.length > 0 ? await walk(address) : null
    count.walking--
    if (over) return
    if (isSeeded) {
      // Another address of the same device is not asked again.
      for (const own of walked?.own ?? []) if (known.size < mostSeen && isWithin(own, ranges)) known.add(own)
      see(walked?.seen ?? [])
    }
    if (rttMs === null && !walked?.facts) return
    found.push({ address, rtt_ms: rttMs, profile_id: walked?.profileId ?? null, facts: walked?.facts ?? null })
    foundBytes += walked?.facts?.length ?? 0
    if (walked?.facts) foundFacts++
    if (found.length === mostFoundItems || foundFacts === mostFactsAMessage || foundBytes >= mostReportBytes)
      report(false)
  }

  function report(ended: boolean, failure: string | null = null): void {
    const { asked, total } = count
    const state = `${asked} ${total} ${ended}`
    reportedMono = clock.monoMs()
    if (found.length === 0 && state === told) return
    told = state
    const items = found
    found = []
    foundBytes = 0
    foundFacts = 0
    onReport({ asked, total, ended, failure, items })
  }

  function end(failure: string | null): void {
    if (over) return
    over = true
    disarm()
    report(true, failure)
    onEnd()
  }

  return {
    /** Ends it, and says how far it came. */
    cancel: () => end(null),
    /** Ends it without a word: it begins anew with the probe. */
    stop(): void {
      over = true
      disarm()
    },
  }
}

/** Why a probe will not search there, whatever the web let pass. */
function faultOf({ ranges, allowed, seeds }: Discover): string | null {
  const read = parseRanges(ranges.join(' '))
  if ('fault' in read) return `ranges: ${read.fault}`
  const outside = allowed ? rangesOutside(ranges, allowed) : []
  if (outside.length > 0) return `${outside.slice(0, 3).join(', ')} is outside the ranges that a discovery may look at`
  if (seeds.length === 0 && addressCount(ranges) > BigInt(mostSwept)) {
    return `found ${addressCount(ranges)} addresses, expected at most ${mostSwept} in one sweep`
  }
  return null
}
