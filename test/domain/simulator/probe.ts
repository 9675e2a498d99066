import { isReviving, isSuspect, type Judging, judge, type Trouble } from '@/lib/domain/isolation'
import { surelyDarkFrom } from '@/lib/domain/verdict-hold'
import { answersAt, type Fault } from './faults'
import { aroundIt, type Network } from './network'
import type { Random } from './random'

/** What a probe tells the house, stored at `at`. */
export type Told =
  | { at: number; what: 'isolated'; targetId: number; beganAt: number; darkFrom: number; isolatedAt: number }
  | { at: number; what: 'revived'; targetId: number; endedAt: number }
  | { at: number; what: 'answered'; targetId: number; sentAt: number }

export type ProbeOptions = {
  saysAnswers: boolean // an older one does not
  loss: number // share of pings lost on the way
  delayMs: () => number // until it is stored
  until: number
}

const timeoutMs = 1000
const confirmMs = 1000
const tellAnswersMs = 40_000

/** Pings everything, judges by the real rule, hurries what is in trouble and all around it, and tells what it finds in order. */
export function simulateProbe(
  network: Network,
  faults: readonly Fault[],
  random: Random,
  options: ProbeOptions,
): Told[] {
  const rule: Judging = {
    rule: { misses: 3, withinSeconds: 15 },
    reviveHits: 2,
    countsFrom: Number.NEGATIVE_INFINITY,
    provenAt: Number.POSITIVE_INFINITY,
  }
  const troubles = new Map<number, Trouble>()
  const countsFrom = new Map<number, number>()
  const wanted = new Map<number, number>() // around what missed: its answers are told until then
  const due = new Map(network.devices.map(({ id, phaseMs }) => [id, phaseMs]))
  const results: { at: number; id: number; sentAt: number; hit: boolean }[] = []
  const told: Told[] = []
  let storedAt = 0
  const tell = (now: number, one: Told) => {
    storedAt = Math.max(storedAt, now + options.delayMs())
    told.push({ ...one, at: storedAt })
  }

  const send = (id: number, at: number) => {
    const hit = answersAt(network, faults, id, at) && !random.chance(options.loss)
    results.push({ at: at + (hit ? 5 : timeoutMs), id, sentAt: at, hit })
  }
  const take = ({ at, id, sentAt, hit }: (typeof results)[number]) => {
    const before = troubles.get(id) ?? null
    if (hit && options.saysAnswers && (wanted.get(id) ?? 0) >= at)
      tell(at, { at, what: 'answered', targetId: id, sentAt })
    if (hit && !before) return
    const judging = { ...rule, countsFrom: countsFrom.get(id) ?? Number.NEGATIVE_INFINITY }
    const { trouble, change } = judge(before, { sentAt, rttMs: hit ? 5 : null }, judging)
    if (trouble) troubles.set(id, trouble)
    else troubles.delete(id)
    if (isSuspect(trouble) && !isSuspect(before))
      for (const other of aroundIt(network, id)) {
        wanted.set(other, at + tellAnswersMs)
        due.set(other, Math.min(due.get(other) ?? at, at))
      }
    if (isSuspect(trouble) || isReviving(trouble)) due.set(id, Math.min(due.get(id) ?? at, at + 1))
    if (change?.kind === 'isolated') {
      const since = change.misses.filter((miss) => miss > (trouble?.lastHitAt ?? 0))
      const darkFrom = surelyDarkFrom(since) ?? change.beganAt
      tell(at, { at, what: 'isolated', targetId: id, beganAt: change.beganAt, darkFrom, isolatedAt: at })
    }
    if (change?.kind === 'revived') {
      countsFrom.set(id, change.endedAt)
      tell(at, { at, what: 'revived', targetId: id, endedAt: change.endedAt })
    }
  }

  for (let now = 0; now < options.until; now += 250) {
    for (const { id, intervalMs } of network.devices) {
      if ((due.get(id) ?? 0) > now) continue
      send(id, now)
      const trouble = troubles.get(id) ?? null
      const hurried = isSuspect(trouble) || isReviving(trouble) || ((wanted.get(id) ?? 0) >= now && !trouble)
      due.set(id, now + (hurried ? confirmMs : intervalMs))
    }
    const ready = results.filter(({ at }) => at <= now + 250).sort((a, b) => a.at - b.at)
    for (const one of ready) take(one)
    results.splice(0, results.length, ...results.filter(({ at }) => at > now + 250))
  }
  return told
}
