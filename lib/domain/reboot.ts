export type BootInput = {
  at: number // epoch ms of the walk
  uptimeSeconds: number | null
  before: { at: number; bootedAt: number; uptimeSeconds: number | null } | null
}
export type Boot = { bootedAt: number | null; rebooted: boolean; words: string }

const wrapSeconds = 2 ** 32 / 100 // sysUpTime counts hundredths of a second in 32 bits: 497 days
const slackMs = 30_000
/** What says it is up for longer says nothing, seconds: a hundred years, and no instant before them need be stored. */
export const longestUptime = 100 * 365 * 86_400

/**
 * Since when a device is up, and whether it was started anew since the walk before: its uptime is less than it would have
 * been, and no more than the time that has passed. A clock of 32 bits that ran over is no reboot.
 */
export function bootOf({ at, uptimeSeconds, before }: BootInput): Boot {
  if (uptimeSeconds === null || !(uptimeSeconds >= 0 && uptimeSeconds <= longestUptime))
    return { bootedAt: null, rebooted: false, words: '' }
  const bootedAt = at - Math.round(uptimeSeconds * 1000)
  const words = `up for ${uptimeWords(uptimeSeconds)}`
  if (!before) return { bootedAt, rebooted: false, words }
  const elapsed = at - before.at
  const slack = slackMs + elapsed * 0.01 // their clocks drift
  const same = { bootedAt: before.bootedAt, rebooted: false, words }
  if (Math.abs(bootedAt - before.bootedAt) <= slack) return same
  const expected = (before.uptimeSeconds ?? (before.at - before.bootedAt) / 1000) + elapsed / 1000
  const wrapped = expected % wrapSeconds
  if (expected >= wrapSeconds - slack / 1000 && Math.abs(wrapped - uptimeSeconds) <= slack / 1000) return same
  if (bootedAt < before.bootedAt) return { bootedAt, rebooted: false, words } // up for longer than it said: no reboot
  const rebooted = uptimeSeconds * 1000 <= elapsed + slack
  return { bootedAt, rebooted, words }
}

/** "40 s", "3 min", "5 h", "12 days". */
export function uptimeWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} days`
}
