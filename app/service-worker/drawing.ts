import type { Notice } from './notice'

/** How far a browser lets a push pass without drawing: Firefox always, Chrome while something of ours is on display. */
export type Browser = 'firefox' | 'chromium' | 'webkit'

/** Which rules a browser has, by its user agent; every browser on iOS is a WebKit. */
export function browserOf(userAgent: string): Browser {
  if (/Firefox\//.test(userAgent) && !/FxiOS/.test(userAgent)) return 'firefox'
  return /Chrom(e|ium)\//.test(userAgent) ? 'chromium' : 'webkit'
}

/** The newest push shown before under the same tag; `at` epoch ms. */
export type Before = { notice: Notice; at: number }

/** What to draw: a notice aloud, one again without a sound, or nothing at all. */
export type Drawing = { how: 'aloud' | 'silent'; notice: Notice } | { how: 'nothing' }

const trustBeforeMs = 6 * 3600_000

/**
 * Decides what an arriving push draws. A push that was shown before (its answer was lost, so it was sent again), and an
 * older one that was overtaken by "resolved", are not drawn a second time where the browser lets a push pass; elsewhere
 * the newest is drawn again without a sound, as three pushes that draw nothing end an Apple subscription.
 */
export function drawingOf(
  arrived: Notice,
  before: Before | null,
  seen: { browser: Browser; onDisplay: number; now: number },
): Drawing {
  if (before === null) return { how: arrived.silent ? 'silent' : 'aloud', notice: arrived }
  // How an incident grew or shrank changes the words of its notice, and rings for nobody who has heard it.
  if (!repeats(arrived, before, seen.now))
    return { how: arrived.event === 'grew' || arrived.silent ? 'silent' : 'aloud', notice: arrived }
  const mayPass = seen.browser === 'firefox' || (seen.browser === 'chromium' && seen.onDisplay > 0)
  return mayPass ? { how: 'nothing' } : { how: 'silent', notice: before.notice }
}

/** Numbers start anew with a restored database, so that a number alone never silences: words or time must agree too. */
function repeats(arrived: Notice, before: Before, now: number): boolean {
  const held = before.notice
  if (arrived.deliveryId === null || held.deliveryId === null || now - before.at > trustBeforeMs) return false
  if (arrived.deliveryId === held.deliveryId) return arrived.title === held.title && arrived.event === held.event
  return arrived.deliveryId < held.deliveryId && held.event === 'resolved' && arrived.incidentId === held.incidentId
}
