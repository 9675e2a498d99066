/** What deliveries left behind on a channel. Instants are epoch ms. */
export type ChannelRecord = {
  lastDeliveredAt: number | null
  failingSince: number | null
  failures: number // in a row
  breakerUntil: number | null
  brokenSince: number | null
  lastAnswer: string | null
}

export const channelStates = ['delivering', 'unproven', 'failing', 'spared', 'broken'] as const
/** broken: for good, until it is repaired. spared: not tried for a while. unproven: nothing was ever delivered. */
export type ChannelState = (typeof channelStates)[number]

/** How a channel stands at `now` (epoch ms). */
export function channelState(record: ChannelRecord, now: number): ChannelState {
  if (record.brokenSince !== null) return 'broken'
  if (record.breakerUntil !== null && record.breakerUntil > now) return 'spared'
  if (record.failingSince !== null) return 'failing'
  return record.lastDeliveredAt === null ? 'unproven' : 'delivering'
}

/** "no push device yet", "1 push device". */
export const phoneWords = (count: number): string =>
  count === 0 ? 'no push device yet' : `${count} push device${count === 1 ? '' : 's'}`

/** What a test came to, in the medium's own words. */
export function testWords({ ok, status, answer }: { ok: boolean; status: number | null; answer: string }): string {
  if (!ok) return `Not taken. ${answer}${/[.?]$/.test(answer) ? '' : '.'}`
  const isWhole = status === null || answer.startsWith(`${status}`) // SMTP begins with its status
  const said = isWhole ? answer : [`${status}`, answer].filter((part) => part !== '').join(': ')
  return said === '' ? 'Taken.' : `Taken. It answered ${said}${said.endsWith('.') ? '' : '.'}`
}
