import { answersAt, apartMs, expectedOf, type Fault, randomFaults } from './faults'
import { type Heard, type House, type Incident, simulateKeeper } from './keeper'
import { membersOf, type Network, randomNetwork } from './network'
import { type ProbeOptions, simulateProbe } from './probe'
import { createRandom } from './random'

/** A network, what befalls it, and how well it is watched: all of one seed. */
export function runSchedule(seed: number) {
  const random = createRandom(seed)
  const network = randomNetwork(random)
  const faults = randomFaults(random, network)
  const until = Math.max(...faults.map(({ to }) => to)) + 200_000
  const slowest = random.pick([0, 0, 500, 3000])
  const options: ProbeOptions = {
    saysAnswers: random.chance(0.8),
    loss: random.pick([0, 0, 0.0005]), // three lost by chance in 15 s are an outage by the rule
    delayMs: () => random.whole(0, slowest),
    until,
  }
  const from = random.whole(0, until - apartMs)
  const away = random.chance(0.2) ? { from, to: from + random.whole(1000, 120_000) } : null
  const told = simulateProbe(network, faults, random, options)
  const house = simulateKeeper(network, told, { until, away })
  return { seed, network, faults, options, away, until, told, house }
}
export type Run = ReturnType<typeof runSchedule>

const nameOf = ({ kind, targetId }: Pick<Incident, 'kind' | 'targetId'>) => `${kind} ${targetId}`
const kindOf = { device: 'down', sector: 'members_lost' } as const

/** Everything that is not as the rules promise, as sentences; empty when all is. */
export function complaintsOf(run: Run): string[] {
  return [...causesTold(run), ...noticesTold(run.house), ...outagesKept(run)]
}

/** Exactly one incident of each true cause, and none of what is none. */
function causesTold({ network, faults, house, away }: Run): string[] {
  const expected = new Map<string, { least: number; most: number }>()
  for (const fault of faults) {
    const key = nameOf({ kind: kindOf[fault.kind], targetId: fault.id })
    const { least, most } = expectedOf(network, faults, fault)
    const before = expected.get(key) ?? { least: 0, most: 0 }
    expected.set(key, { least: before.least + least, most: before.most + most })
    if (fault.kind === 'device' || least === most) continue
    // Of those that are too few to have gone together each may be its own.
    for (const id of membersOf(network).get(fault.id) ?? []) {
      const member = nameOf({ kind: 'down', targetId: id })
      const known = expected.get(member) ?? { least: 0, most: 0 }
      expected.set(member, { ...known, most: known.most + 1 })
    }
  }
  const found = new Map<string, number>()
  for (const incident of house.incidents) found.set(nameOf(incident), (found.get(nameOf(incident)) ?? 0) + 1)
  const complaints: string[] = []
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const { least, most } = expected.get(key) ?? { least: 0, most: 0 }
    const count = found.get(key) ?? 0
    // A keeper that was away sees all at once what was hours apart: what one hid may stand under it.
    if (count > most || (count < least && away === null))
      complaints.push(`${key}: ${count} incidents, expected ${least} to ${most}`)
  }
  return complaints
}

/** One notice of each beginning, one of each end after it, never one of what is still dark, none taken back. */
function noticesTold({ incidents, outages, heard }: House): string[] {
  const of = (incident: Incident, what: Heard['what'][]) =>
    heard.filter((one) => one.incidentId === incident.id && what.includes(one.what)).length
  return [
    ...incidents.flatMap((incident) => {
      const begun = of(incident, ['opened', 'over'])
      const ended = of(incident, ['over', 'resolved', 'merged'])
      return begun === 1 && ended === 1 ? [] : [`${nameOf(incident)}: told ${begun} times, ended ${ended} times`]
    }),
    ...heard
      .filter((one) => one.what === 'merged')
      .map((one) => `incident ${one.incidentId} was told and belonged to another`),
    ...heard
      .filter((one) => one.what === 'resolved')
      .flatMap((one) => {
        const inIt = outages.filter((outage) => outage.incidentId === one.incidentId)
        return inIt
          .filter((outage) => one.dark.includes(outage.targetId))
          .filter((outage) => (outage.endedAt?.getTime() ?? Number.POSITIVE_INFINITY) > one.at)
          .map((outage) => `incident ${one.incidentId} was told as over while ${outage.targetId} was dark`)
      }),
  ]
}

/** Whatever was cut off for long enough has an outage of that time, in an incident; in the end all is over. */
function outagesKept({ network, faults, house, until }: Run): string[] {
  const complaints = house.outages.flatMap((outage) => [
    ...(outage.incidentId === null ? [`the outage ${outage.outageId} of ${outage.targetId} was never filed`] : []),
    ...(outage.endedAt === null ? [`the outage ${outage.outageId} of ${outage.targetId} never ended`] : []),
  ])
  for (const { id } of network.devices)
    for (const span of darkSpans(network, faults, id, until)) {
      const kept = house.outages.some(
        (outage) =>
          outage.targetId === id &&
          outage.beganAt.getTime() <= span.from + 11_000 &&
          (outage.endedAt?.getTime() ?? Number.POSITIVE_INFINITY) >= span.to,
      )
      if (!kept) complaints.push(`no outage of ${id} from ${span.from} to ${span.to}`)
    }
  return complaints
}

function darkSpans(network: Network, faults: readonly Fault[], id: number, until: number) {
  const spans: { from: number; to: number }[] = []
  for (let at = 0; at < until; at += 1000) {
    if (answersAt(network, faults, id, at)) continue
    const last = spans.at(-1)
    if (last && last.to === at) last.to = at + 1000
    else spans.push({ from: at, to: at + 1000 })
  }
  // Between two of them it may not have answered twice; what is short may pass between two pings.
  return spans.filter((span) => span.to - span.from >= 25_000).map((span) => ({ from: span.from, to: span.to - 1000 }))
}
