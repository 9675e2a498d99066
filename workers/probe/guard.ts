import {
  type Anchor,
  anchorPinged,
  clearSight,
  gatewaysMisled,
  type Link,
  look,
  provenUntil,
  type Sight,
  stillBlind,
} from '@/lib/domain/blind'
import type { PingTarget } from '@/lib/ping/pinger'
import { type Clock, every } from './clock'
import { type Fleet, slotKind } from './fleet'

const anchorIntervalMs = 500 // so that within a timeout of 1 s an anchor has vouched for the link
const anchorTimeoutMs = 1000
const gatewayIntervalMs = 30_000

export type GuardOptions = {
  clock: Clock
  fleet: Fleet
  pinger: {
    assign(targets: readonly PingTarget[]): void
    release(slots: readonly number[]): void
    ping(slots: Uint32Array): void
  }
  gateways: () => Promise<string[]>
  /** A gateway that never answered is none to judge by: many do not answer pings at all. */
  answeredGateways: Set<string>
  /** Which gateways can be judged by has changed. */
  onGatewaysKnown: () => void
  blindSince: number | null
  onBlind: (state: 'began' | 'ended', at: number, reason: string) => void
  /** Misses sent from `from` to `to` must not count. */
  onUnseen: (from: number, to: number) => void
  onDoubt: () => void
}

/** Watches the probe's own sight by its anchors (pinged twice a second) and by what the pinger could send at all. */
export function createGuard(options: GuardOptions) {
  const { clock, fleet, pinger, answeredGateways } = options
  const anchors = new Map<number, Anchor>()
  let gateways: string[] = []
  let configured: string[] = []
  let link: Link = { sentAt: Number.NEGATIVE_INFINITY, devices: 0, refusedDevices: 0, firstRefusedAt: null }
  const refused = new Set<number>()
  const heard = new Set<number>() // devices that answered a ping sent in the present doubt
  let sight: Sight = options.blindSince === null ? clearSight : stillBlind(options.blindSince)
  let lastReason = 'no anchor answers'

  const counting = () =>
    [...anchors.values()].filter(
      (anchor) => configured.includes(anchor.address) || answeredGateways.has(anchor.address),
    )

  function setAnchors(): void {
    const wanted = new Set([...gateways, ...configured])
    for (const [slot, anchor] of anchors) {
      if (wanted.delete(anchor.address)) continue
      anchors.delete(slot)
      fleet.remove(slot, clock.monoMs())
      pinger.release([slot])
    }
    for (const address of wanted) {
      const slot = fleet.add(
        {
          id: 0,
          kind: slotKind.anchor,
          address,
          intervalMs: anchorIntervalMs,
          timeoutMs: anchorTimeoutMs,
          misses: 1,
          withinSeconds: 1,
        },
        clock.monoMs(),
      )
      anchors.set(slot, { address, hitAt: null, missesInRow: 0, firstMissAt: null })
      pinger.assign([{ slot, address, timeoutMs: anchorTimeoutMs }])
    }
  }

  async function readGateways(): Promise<void> {
    const found = await options.gateways()
    if (found.length === 0 && gateways.length > 0) return // its route is gone with its link: that is no reason to trust
    gateways = found
    setAnchors()
  }

  const stopPinging = every(clock, anchorIntervalMs, () => {
    if (anchors.size > 0) pinger.ping(Uint32Array.from(anchors.keys()))
    settle()
  })
  const stopReading = every(clock, gatewayIntervalMs, () => void readGateways())

  /** What was configured is judged by whatever the devices say; gateways only while they do not contradict. */
  function dropMisleading(): void {
    if (sight.doubtFrom === null || configured.length > 0) return
    const ms = clock.wallMs() - sight.doubtFrom
    if (!gatewaysMisled({ ms, devices: fleet.devices, heard: heard.size })) return
    answeredGateways.clear()
    options.onGatewaysKnown()
  }

  /** Draws the conclusions; call it after each batch of results. */
  function settle(): void {
    link = { ...link, devices: fleet.devices + anchors.size, refusedDevices: refused.size }
    dropMisleading()
    const seen = look(sight, counting(), link, clock.wallMs())
    const doubted = sight.doubtFrom !== null
    const since = sight.blindSince
    sight = seen.sight
    if (sight.doubtFrom === null || !doubted) heard.clear()
    if (sight.doubtFrom !== null && !doubted) options.onDoubt()
    if (sight.reason) lastReason = sight.reason
    if (seen.unseen) options.onUnseen(seen.unseen.from, seen.unseen.to)
    if (seen.change === 'began') options.onBlind('began', sight.blindSince ?? clock.wallMs(), lastReason)
    if (seen.change === 'ended')
      options.onBlind('ended', Math.max(seen.unseen?.to ?? clock.wallMs(), since ?? 0), lastReason)
  }

  return {
    start: readGateways,
    configure(addresses: readonly string[]) {
      configured = [...new Set(addresses)]
      setAnchors()
    },
    isAnchor: (slot: number) => anchors.has(slot),
    takeAnchor(slot: number, sentAt: number, rttMs: number | null) {
      const anchor = anchors.get(slot)
      if (!anchor) return
      anchors.set(slot, anchorPinged(anchor, { sentAt, rttMs }))
      if (rttMs === null || answeredGateways.has(anchor.address) || !gateways.includes(anchor.address)) return
      answeredGateways.add(anchor.address)
      options.onGatewaysKnown()
    },
    /** A device answered. */
    noteHeard(slot: number, sentAt: number) {
      if (sight.doubtFrom !== null && sentAt > sight.doubtFrom) heard.add(slot)
    },
    noteSent(sentAt: number) {
      refused.clear()
      if (sentAt > link.sentAt) link = { ...link, sentAt, firstRefusedAt: null }
      else if (link.firstRefusedAt !== null) link = { ...link, firstRefusedAt: null }
    },
    noteRefused(slot: number, sentAt: number) {
      refused.add(slot)
      link = { ...link, refusedDevices: refused.size, firstRefusedAt: link.firstRefusedAt ?? sentAt }
    },
    settle,
    inDoubt: () => sight.doubtFrom !== null,
    isBlind: () => sight.blindSince !== null,
    provenAt: () => provenUntil(counting(), link),
    stop() {
      stopPinging()
      stopReading()
    },
    /** The wall clock was set: instants of the old one move along. */
    shiftStamps(byMs: number) {
      const moved = (at: number | null) => (at === null ? null : at + byMs)
      for (const [slot, anchor] of anchors) {
        anchors.set(slot, { ...anchor, hitAt: moved(anchor.hitAt), firstMissAt: moved(anchor.firstMissAt) })
      }
      link = { ...link, sentAt: link.sentAt + byMs, firstRefusedAt: moved(link.firstRefusedAt) }
      sight = { ...sight, doubtFrom: moved(sight.doubtFrom), blindSince: moved(sight.blindSince) }
    },
  }
}
