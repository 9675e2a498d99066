import { type CircleEdge, wayUp, weakestOfCircle } from './cut-circles'
import type { EdgeEvidence } from './edge'
import type { LearntEdge } from './learnt-edge'
import { isByHand, type KeptEdge, type Missed, type SettledEdge, settleEdges } from './settle-edges'

/** An edge as the store has it. */
export type StoredEdge = KeptEdge & { deviceId: number; firstSeenAt: number }
/** An edge to write. evidence null: as it is. */
export type EdgeWrite = KeptEdge & { deviceId: number; evidence: EdgeEvidence[] | null }
export type EdgeChanges = {
  writes: Map<string, EdgeWrite>
  gone: { deviceId: number; upstreamId: number }[]
  /** Whether which edges count changed, or only what is known of them. */
  isOther: boolean
}

export type GraphInput = {
  upstreamOf: (id: number) => readonly LearntEdge[]
  walksOf: (id: number) => number
  isDark: (id: number) => boolean
  now: number
}

type Row = KeptEdge & {
  firstSeenAt: number
  missed: { since: number; walksBelow: number; walksAbove: number } | null
  saidSince: number | null // epoch ms; null: it is not said
}

const stampMs = 10 * 60_000 // when an edge was last seen is written this much later at most

/** The edges of all devices as they are kept, and which of them count. No circle is closed by those that count. */
export class SettledGraph {
  readonly #rows = new Map<number, Map<number, Row>>()
  readonly #cut = new Map<number, Set<number>>() // left out, as it would close a circle
  readonly #again = new Map<number, number>() // device -> when to look again, epoch ms
  #isHandNew = false

  /** Takes the edges as the store has them, and returns whose are other than they were; what is known of missed walks stays. */
  load(edges: Iterable<StoredEdge>): number[] {
    const before = new Map(this.#rows)
    this.#rows.clear()
    for (const { deviceId, ...edge } of edges) {
      const { missed = null, saidSince = null } = before.get(deviceId)?.get(edge.upstreamId) ?? {}
      this.#rowsOf(deviceId).set(edge.upstreamId, { ...edge, missed, saidSince })
    }
    for (const id of [...this.#cut.keys()]) if (!this.#rows.has(id)) this.#cut.delete(id)
    this.#isHandNew = true
    const ids = new Set([...before.keys(), ...this.#rows.keys()])
    return [...ids].filter((id) => !sameRows(before.get(id), this.#rows.get(id)))
  }

  #rowsOf(id: number): Map<number, Row> {
    const rows = this.#rows.get(id) ?? new Map<number, Row>()
    this.#rows.set(id, rows)
    return rows
  }

  /** Edges made by hand or imported, as lower and upper end. */
  handEdges(): [number, number][] {
    return [...this.#rows].flatMap(([id, rows]) =>
      [...rows.values()].filter(isByHand).map((row): [number, number] => [id, row.upstreamId]),
    )
  }

  edgesOf(id: number): KeptEdge[] {
    return [...(this.#rows.get(id)?.values() ?? [])]
  }

  firstSeenAt(id: number, upstreamId: number): number | null {
    return this.#rows.get(id)?.get(upstreamId)?.firstSeenAt ?? null
  }

  cutOf(id: number): ReadonlySet<number> {
    return this.#cut.get(id) ?? new Set()
  }

  /** Whether when its edges were seen is due to be written. */
  isStampDue(id: number, now: number): boolean {
    const rows = this.#rows.get(id)
    return rows !== undefined && [...rows.values()].some((row) => now - row.seenAt > stampMs)
  }

  /** Devices to look at again though nothing new is said of them. */
  due(now: number): number[] {
    return [...this.#again].filter(([, at]) => at <= now).map(([id]) => id)
  }

  isAbove = (below: number, above: number): boolean =>
    wayUp(below, above, (id) => this.#circleEdges(id, () => false)) !== null

  /** Settles the edges of these devices; returns what of it the store does not have yet. */
  settle(ids: Iterable<number>, input: GraphInput): EdgeChanges {
    const changes: EdgeChanges = { writes: new Map(), gone: [], isOther: false }
    const todo = [...new Set(ids)]
    if (this.#isHandNew) this.#makeRoomForHand(input, changes)
    const tried = new Set<number>()
    for (const id of todo) {
      const hasFreed = this.#settleOne(id, input, changes)
      tried.add(id)
      // What was left out because of an edge that is gone now may have its place after all.
      if (hasFreed) for (const cut of this.#cut.keys()) if (cut !== id && !tried.has(cut)) todo.push(cut)
    }
    return changes
  }

  #settleOne(id: number, input: GraphInput, changes: EdgeChanges): boolean {
    const { isDark, now } = input
    const rows = this.#rowsOf(id)
    const learnt = input.upstreamOf(id)
    this.#countMissed(id, rows, learnt, input)
    const settled = settleEdges({
      kept: [...rows.values()],
      learnt,
      missedOf: (upstreamId) => this.#missedOf(id, upstreamId, rows, input),
      saidSince: (upstreamId) => rows.get(upstreamId)?.saidSince ?? now,
      keptSince: (upstreamId) => rows.get(upstreamId)?.firstSeenAt ?? now,
      isDark: isDark(id),
      isUpstreamDark: isDark,
      now,
    })
    let hasFreed = false
    for (const upstreamId of settled.gone) {
      if (rows.get(upstreamId)?.effective) hasFreed = changes.isOther = true
      rows.delete(upstreamId)
      changes.writes.delete(`${id} ${upstreamId}`)
      changes.gone.push({ deviceId: id, upstreamId })
    }
    this.#cut.delete(id)
    // First what stops to count, then what begins to: it may take its place in a circle.
    for (const edge of settled.edges.filter((one) => !one.effective)) {
      if (rows.get(edge.upstreamId)?.effective) hasFreed = true
      this.#keep(id, rows, edge, changes, now)
    }
    for (const edge of settled.edges.filter((one) => one.effective)) {
      const isCut = !rows.get(edge.upstreamId)?.effective && !this.#makeRoom(id, edge, input, changes)
      if (isCut) this.#cut.set(id, new Set([...(this.#cut.get(id) ?? []), edge.upstreamId]))
      this.#keep(id, rows, { ...edge, effective: !isCut }, changes, now)
    }
    if (rows.size === 0) this.#rows.delete(id)
    if (settled.again === null) this.#again.delete(id)
    else this.#again.set(id, settled.again)
    return hasFreed
  }

  #countMissed(id: number, rows: ReadonlyMap<number, Row>, learnt: readonly LearntEdge[], input: GraphInput): void {
    const said = new Set(learnt.map((edge) => edge.upstreamId))
    for (const row of rows.values()) {
      if (said.has(row.upstreamId)) {
        row.missed = null
        row.saidSince ??= input.now
      } else {
        row.saidSince = null
        row.missed ??= { since: input.now, walksBelow: input.walksOf(id), walksAbove: input.walksOf(row.upstreamId) }
      }
    }
  }

  #missedOf(id: number, upstreamId: number, rows: ReadonlyMap<number, Row>, { walksOf }: GraphInput): Missed | null {
    const missed = rows.get(upstreamId)?.missed
    if (!missed) return null
    const walks = Math.max(walksOf(id) - missed.walksBelow, walksOf(upstreamId) - missed.walksAbove)
    return { since: missed.since, walks }
  }

  /** Makes sure that an edge closes no circle, by leaving out the least sure edge of it; false: that is the edge itself. */
  #makeRoom(id: number, edge: SettledEdge, { isDark, now }: GraphInput, changes: EdgeChanges): boolean {
    const added = { below: id, above: edge.upstreamId, confidence: edge.confidence, isFixed: isByHand(edge) }
    for (;;) {
      const weakest = weakestOfCircle(added, (below) => this.#circleEdges(below, isDark))
      if (!weakest) return true
      if (weakest === added) return false
      const rows = this.#rowsOf(weakest.below)
      const row = rows.get(weakest.above)
      if (!row) return false
      this.#cut.set(weakest.below, new Set([...(this.#cut.get(weakest.below) ?? []), weakest.above]))
      this.#keep(weakest.below, rows, { ...row, effective: false, evidence: null }, changes, now)
    }
  }

  #makeRoomForHand(input: GraphInput, changes: EdgeChanges): void {
    this.#isHandNew = false
    const byHand = { ...input, isDark: () => false } // somebody has decided: darkness keeps nothing against it
    for (const [id, rows] of [...this.#rows]) {
      for (const row of rows.values())
        if (isByHand(row)) this.#makeRoom(id, { ...row, evidence: null }, byHand, changes)
    }
  }

  #circleEdges(below: number, isDark: (id: number) => boolean): CircleEdge[] {
    const found: CircleEdge[] = []
    for (const row of this.#rows.get(below)?.values() ?? []) {
      if (!row.effective) continue
      const isFixed = isByHand(row) || isDark(below) || isDark(row.upstreamId)
      found.push({ below, above: row.upstreamId, confidence: row.confidence, isFixed })
    }
    return found
  }

  #keep(id: number, rows: Map<number, Row>, edge: SettledEdge, changes: EdgeChanges, now: number): void {
    const before = rows.get(edge.upstreamId)
    const { evidence, ...kept } = edge
    const isOther = !before || before.effective !== edge.effective
    const isNews =
      isOther ||
      before.provenance !== edge.provenance ||
      Math.abs(before.confidence - edge.confidence) > 0.0005 ||
      (evidence !== null && edge.seenAt - before.seenAt > stampMs)
    if (!isNews) return
    const { firstSeenAt = now, missed = null, saidSince = now } = before ?? {}
    const { upstreamId, provenance, confidence, effective, seenAt } = kept
    rows.set(upstreamId, { upstreamId, provenance, confidence, effective, seenAt, firstSeenAt, missed, saidSince })
    const write = { deviceId: id, upstreamId, provenance, confidence, effective, seenAt, evidence }
    const key = `${id} ${upstreamId}`
    changes.writes.set(key, { ...write, evidence: evidence ?? changes.writes.get(key)?.evidence ?? null })
    if (isOther && (edge.effective || before)) changes.isOther = true
  }
}

function sameRows(a: ReadonlyMap<number, Row> | undefined, b: ReadonlyMap<number, Row> | undefined): boolean {
  if (!a || !b || a.size !== b.size) return false
  return [...a.values()].every((row) => {
    const other = b.get(row.upstreamId)
    return other?.effective === row.effective && other.provenance === row.provenance
  })
}
