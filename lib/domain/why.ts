import type { NoticeEvent } from './message'
import type { Outcome } from './telling'

/** A decision about one incident and one channel. Instants are epoch ms. */
export type WhyDecision = { at: number; event: NoticeEvent; outcome: Outcome; until: number | null; why: string }

/** How the last message of the notice fared: delivered, refused for good, or still tried. `answer`: the last failure's. */
export type Fate = { state: 'delivered' | 'failed' | 'trying'; at: number; answer: string | null }

/** Why there may be no decision at all. `chosen`: the job names its channels, and this one is none of them. */
export type WhyContext = { channel: string; addedAt: number; openedAt: number; chosen: boolean }

export type Verdict = 'told' | 'on_its_way' | 'failed' | 'waits' | 'held' | 'not_told'
export type WhyAnswer = { verdict: Verdict; why: string; at: number | null; until: number | null }

/**
 * Why a channel was told of an incident, or not, in one answer: of what was decided, oldest first, the telling counts, and
 * before any the last word on it. A notice that was sent and has not arrived is not called told.
 */
export function whyAnswer(decisions: readonly WhyDecision[], fate: Fate | null, context: WhyContext): WhyAnswer {
  const before = decisions.filter(({ event }) => event !== 'resolved')
  const opening = before.find(({ outcome }) => outcome === 'sent' || outcome === 'digest')
  const ending = decisions.findLast(({ event, outcome }) => event === 'resolved' && outcome === 'sent')
  const told = opening ?? ending
  if (told) return withSequel({ ...fated(told, fate), at: told.at, until: null }, told, opening && before.at(-1))
  const last = before.at(-1) ?? decisions.at(-1)
  if (!last) return { verdict: 'not_told', why: unasked(context), at: null, until: null }
  const verdict = last.outcome === 'delayed' ? 'waits' : last.outcome === 'suppressed' ? 'held' : 'not_told'
  return { verdict, why: last.why, at: last.at, until: last.until }
}

/** What was told is followed by why it is not told again: cooled off, taken on, muted since. */
function withSequel(answer: WhyAnswer, told: WhyDecision, last: WhyDecision | undefined): WhyAnswer {
  if (told.outcome === 'digest' && (!last || last === told)) return { ...answer, until: told.until }
  if (!last || last === told || last.outcome === 'sent' || last.outcome === 'digest') return answer
  return { ...answer, why: `${answer.why} Since then: ${last.why}` }
}

function fated({ why }: WhyDecision, fate: Fate | null): { verdict: Verdict; why: string } {
  const said = fate?.answer ? ` The answer was: ${fate.answer}` : ''
  if (fate?.state === 'failed') return { verdict: 'failed', why: `${why} But the message was refused for good.${said}` }
  if (fate?.state === 'trying')
    return { verdict: 'on_its_way', why: `${why} But the message has not arrived yet.${said}` }
  return { verdict: 'told', why }
}

function unasked({ channel, addedAt, openedAt, chosen }: WhyContext): string {
  if (addedAt > openedAt) return `${channel} was added after this incident opened, so it was never asked about.`
  if (chosen) return `This job names the channels that are told of it, and ${channel} is none of them.`
  return `Nothing was decided about ${channel} yet.`
}
