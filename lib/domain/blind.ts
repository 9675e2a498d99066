/** An address that proves the probe's own link by answering. Instants in epoch ms; null: never. */
export type Anchor = { address: string; hitAt: number | null; missesInRow: number; firstMissAt: number | null }

/** The probe's own sending: when the last ping that left was sent, and how many of its devices were refused since, on this machine. */
export type Link = { sentAt: number; devices: number; refusedDevices: number; firstRefusedAt: number | null }

/** Blind when we last knew: a probe that starts again must not trust itself before it has a proof. */
export const stillBlind = (since: number): Sight => ({ doubtFrom: since, blindSince: since, reason: null })

/** Whether the probe can see. While in doubt no miss counts; after 5 s of doubt it says that it is blind. */
export type Sight = { doubtFrom: number | null; blindSince: number | null; reason: string | null }

export type Look = {
  sight: Sight
  change: 'began' | 'ended' | null
  /** A doubt that is over: misses sent in it never count. */
  unseen: { from: number; to: number } | null
}

export const clearSight: Sight = { doubtFrom: null, blindSince: null, reason: null }
const doubtfulMisses = 2
const blindAfterMs = 5000

/** Takes a ping into what is known of an anchor. */
export function anchorPinged(anchor: Anchor, ping: { sentAt: number; rttMs: number | null }): Anchor {
  if (ping.rttMs !== null) {
    return { ...anchor, hitAt: Math.max(anchor.hitAt ?? ping.sentAt, ping.sentAt), missesInRow: 0, firstMissAt: null }
  }
  if (anchor.hitAt !== null && ping.sentAt < anchor.hitAt) return anchor
  return { ...anchor, missesInRow: anchor.missesInRow + 1, firstMissAt: anchor.firstMissAt ?? ping.sentAt }
}

/**
 * Until when the probe's link is proven: misses sent later must wait. An anchor's hit proves every earlier instant that
 * is not in doubt; a ping that was refused here proves nothing. Infinity without anchors on a link that sends.
 */
export function provenUntil(anchors: readonly Anchor[], link: Link): number {
  const hitAt = anchors.map((anchor) => anchor.hitAt ?? Number.NEGATIVE_INFINITY)
  const byAnchors = anchors.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...hitAt)
  return link.refusedDevices > 0 ? Math.min(byAnchors, link.sentAt) : byAnchors
}

/**
 * Looks at the probe's own sight: it is blind when every anchor is lost (the default gateway and the configured
 * addresses, those there are), or when nothing leaves this machine. Without anchors only the second can happen.
 */
export function look(before: Sight, anchors: readonly Anchor[], link: Link, now: number): Look {
  const lost = linkLost(link) ?? anchorsLost(anchors)
  if (!lost) return regained(before, anchors, link)
  const doubtFrom = Math.min(before.doubtFrom ?? lost.from, lost.from)
  const blind = before.blindSince !== null || now - doubtFrom >= blindAfterMs
  return {
    sight: { doubtFrom, blindSince: before.blindSince ?? (blind ? doubtFrom : null), reason: lost.reason },
    change: blind && before.blindSince === null ? 'began' : null,
    unseen: null,
  }
}

function anchorsLost(anchors: readonly Anchor[]): { from: number; reason: string } | null {
  if (anchors.length === 0 || anchors.some((anchor) => anchor.missesInRow < doubtfulMisses)) return null
  const seenAt = anchors.map((anchor) => anchor.hitAt).filter((at) => at !== null)
  const missedAt = anchors.map((anchor) => anchor.firstMissAt ?? Number.POSITIVE_INFINITY)
  const from = seenAt.length > 0 ? Math.max(...seenAt) : Math.min(...missedAt)
  return { from, reason: `no anchor answers: ${anchors.map((anchor) => anchor.address).join(', ')}` }
}

function linkLost(link: Link): { from: number; reason: string } | null {
  if (link.firstRefusedAt === null || link.refusedDevices * 2 <= link.devices) return null
  return { from: link.firstRefusedAt, reason: 'own link lost: nothing that is sent leaves this machine' }
}

/** Nothing says that the link is lost; a doubt still needs a proof that was sent after it began. */
function regained(before: Sight, anchors: readonly Anchor[], link: Link): Look {
  const from = before.doubtFrom
  if (from === null) return { sight: clearSight, change: null, unseen: null }
  const proofs = anchors.length > 0 ? anchors.map((anchor) => anchor.hitAt) : [link.sentAt]
  const to = Math.min(...proofs.map((at) => (at !== null && at > from ? at : Number.POSITIVE_INFINITY)))
  if (to === Number.POSITIVE_INFINITY) return { sight: before, change: null, unseen: null }
  return { sight: clearSight, change: before.blindSince === null ? null : 'ended', unseen: { from, to } }
}

const witnessMs = 60_000

/**
 * Whether gateways that fell silent are none to judge by any more, as many do not answer pings: silent for a minute
 * while more than half of the devices answered. `heard`: devices that answered a ping sent since.
 */
export const gatewaysMisled = (silence: { ms: number; devices: number; heard: number }): boolean =>
  silence.ms >= witnessMs && silence.heard * 2 > silence.devices
