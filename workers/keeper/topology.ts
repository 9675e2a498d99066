import { randomUUID } from 'node:crypto'
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { macNumber } from '@/lib/domain/mac-number'
import { Network } from '@/lib/domain/network'
import { isByHand } from '@/lib/domain/settle-edges'
import { SettledGraph } from '@/lib/domain/settled-graph'
import { sightingsOf } from '@/lib/domain/sightings'
import { suggestMoves } from '@/lib/domain/suggest-moves'
import { readDarkIds, readKnownDevices, readStoredEdges } from '@/lib/store/edges'
import {
  dropOldHints,
  leaveLearning,
  nameHints,
  readNamelessHints,
  readUnlearnt,
  readWalks,
  saveLearnt,
  takeLearning,
  type UnlearntWalk,
} from '@/lib/store/learning'

const batch = 200
const registryEveryMs = 5 * 60_000
const choresEveryMs = 60 * 60_000
const slowMs = 500
const mostRestMs = 5000

/** All that is known of how devices hang together: what walks said, and the edges that follow. */
type Mind = { network: Network; graph: SettledGraph; zones: Map<number, string | null> }

/**
 * Learns edges from walks as they come. One keeper at a time has the graph in mind; another one takes over within a minute
 * of its death, and reads it all again. `registryChanged`: devices or their edges were changed by somebody.
 */
export function topology({ log, clock = Date.now }: { log: Logger; clock?: () => number }) {
  const learner = randomUUID()
  let mind: Mind | null = null
  let isRegistryStale = false
  let registryAt = 0
  let choresAt = 0
  let lastHint = 0

  return {
    registryChanged: () => {
      isRegistryStale = true
    },
    /** Learns from the walks that came; true: there are more. */
    step: async (signal?: AbortSignal): Promise<boolean> => {
      const begun = performance.now()
      try {
        const more = await learn()
        const took = performance.now() - begun
        // A network so large that learning takes its time leaves most of it to others.
        if (took > slowMs && signal) await sleep(Math.min(mostRestMs, took * 3), undefined, { signal }).catch(() => {})
        return more
      } catch (error) {
        mind = null // what was written of it is not known: read it all again
        throw error
      }
    },
    leave: () => leaveLearning(learner),
  }

  async function learn(): Promise<boolean> {
    const place = await takeLearning(learner)
    if (place !== 'kept') mind = null
    if (place === null) return false
    const now = clock()
    const touched = new Set<number>()
    if (!mind) {
      mind = { network: new Network(), graph: new SettledGraph(), zones: new Map() }
      for (const id of await remember(mind)) touched.add(id)
    }
    const { network, graph } = mind
    const walks = await readUnlearnt(batch)
    if (walks.some((walk) => !network.knows(walk.deviceId))) isRegistryStale = true
    if (isRegistryStale || now - registryAt > registryEveryMs) {
      isRegistryStale = false
      registryAt = now
      for (const id of await readRegistry(mind)) touched.add(id)
    }
    for (const walk of walks) {
      hear(network, walk)
      for (const id of network.saidOf(walk.deviceId)) if (graph.isStampDue(id, now)) touched.add(id)
    }
    const dark = await readDarkIds()
    for (const id of network.learn((id) => dark.has(id))) touched.add(id)
    for (const id of graph.due(now)) touched.add(id)
    if (touched.size > 0 || walks.length > 0) await settle(mind, walks, touched, dark, now)
    await seeToHints(network, now)
    return walks.length === batch
  }

  /** Facts that cannot be read, as another version wrote them, stop nothing else: the next walk puts them right. */
  function hear(network: Network, { deviceId, facts, walkedAt }: UnlearntWalk): void {
    try {
      network.hear(deviceId, sightingsOf(facts, walkedAt.getTime()))
    } catch (error) {
      log.warn({ err: error, device_id: deviceId }, 'what a walk found cannot be learnt from')
    }
  }

  async function settle(
    { network, graph, zones }: Mind,
    walks: readonly UnlearntWalk[],
    touched: ReadonlySet<number>,
    dark: ReadonlySet<number>,
    now: number,
  ): Promise<void> {
    const changes = graph.settle(touched, {
      upstreamOf: (id) => network.upstreamOf(id),
      walksOf: (id) => network.walksOf(id),
      isDark: (id) => dark.has(id),
      now,
    })
    const judged = [...new Set([...touched, ...[...changes.writes.values()].map((edge) => edge.deviceId)])]
    const suggestions = judged.flatMap((deviceId) => {
      const kept = graph.edgesOf(deviceId)
      const cut = graph.cutOf(deviceId)
      if (cut.size === 0 && !kept.some(isByHand)) return []
      return suggestMoves({
        deviceId,
        kept,
        cut,
        learnt: network.upstreamOf(deviceId),
        nameOf: (id) => network.nameOf(id),
        isAbove: graph.isAbove,
        firstSeenAt: (upstreamId) => graph.firstSeenAt(deviceId, upstreamId) ?? now,
        zone: zones.get(deviceId) ?? 'UTC',
      })
    })
    const isKept = await saveLearnt(learner, { walks, changes, judged, suggestions })
    if (!isKept) mind = null
    else if (changes.isOther) log.info({ walks: walks.length, edges: changes.writes.size }, 'the graph has changed')
  }

  /** Reads all that is kept; returns the devices that have edges. */
  async function remember(fresh: Mind): Promise<number[]> {
    isRegistryStale = false
    registryAt = clock()
    const ids = await readRegistry(fresh)
    let last = 0
    for (;;) {
      const walks = await readWalks(last, batch)
      for (const walk of walks) {
        hear(fresh.network, walk)
        last = walk.deviceId
      }
      await takeLearning(learner)
      await breathe()
      if (walks.length < batch) break
    }
    return ids
  }

  /** Returns the devices whose edges somebody changed. */
  async function readRegistry({ network, graph, zones }: Mind): Promise<number[]> {
    const [devices, edges] = await Promise.all([readKnownDevices(), readStoredEdges()])
    network.setDevices(devices)
    for (const { id, zone } of devices) zones.set(id, zone)
    const other = graph.load(edges)
    network.setHand(graph.handEdges())
    return other
  }

  async function seeToHints(network: Network, now: number): Promise<void> {
    const hints = await readNamelessHints(lastHint)
    const about = hints.flatMap(({ id, mac }) => {
      const number = macNumber(mac)
      const deviceId = number === null ? null : network.findMac(number)
      return deviceId === null ? [] : [{ id, deviceId }]
    })
    await nameHints(about)
    lastHint = hints.at(-1)?.id ?? lastHint
    if (now - choresAt < choresEveryMs) return
    choresAt = now
    await dropOldHints()
  }
}
