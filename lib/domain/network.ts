import { chainsBetween } from './between'
import { chooseAp } from './choose-ap'
import { type Claim, claimsOf, isNeighbour, type Said, sameClaim } from './claims'
import { addressKey, Directory, type Key, nameKey, type Weight } from './directory'
import type { Named } from './edge-words'
import { type Layout, type LayoutNode, layOut, type Tie } from './layout'
import { type LearntEdge, learntEdge } from './learnt-edge'
import { isBridged, type Sightings, saysTheSame } from './sightings'
import type { Role } from './status'

/** A device as the registry has it. isGateway: its address is an anchor of a probe. */
export type KnownDevice = {
  id: number
  name: string
  address: string
  role: Role
  siteId: number | null
  isGateway: boolean
}

type Entry = {
  device: KnownDevice
  sightings: Sightings | null
  walkedBefore: number // epoch ms of the walk before
  walks: number // since this was begun
  told: readonly (readonly [Weight, Key, number])[] // its words in the directory
  mentioned: ReadonlySet<Key>
  said: Said
}

const heldMs = 24 * 60 * 60_000 // what a walk that was cut short did not say
const nothingSaid: Said = { claims: [], heard: new Map() }
const nothing: Layout = { distance: new Map(), above: new Map(), ties: new Map() }
const infraRoles: ReadonlySet<Role> = new Set(['router', 'switch', 'ap', 'backhaul'])

/**
 * All that walks said of how devices hang together, and what follows from it. `hear` and `setDevices` take in what is new;
 * `learn` works out what changed by it, and tells of which devices; `upstreamOf` says on what one hangs.
 * Stations are placed one by one; only what changes between routers, switches and radios lays those out again.
 */
export class Network {
  readonly #entries = new Map<number, Entry>()
  readonly #directory = new Directory()
  readonly #mentions = new Map<Key, Set<number>>() // who speaks of a key
  readonly #bridges = new Set<number>() // who has a bridge table
  readonly #about = new Map<number, Map<number, Claim[]>>() // of whom -> who -> claims
  readonly #unheard = new Set<number>() // whose words changed since the last learn
  readonly #leaves = new Map<number, boolean>()
  #hand = new Map<number, ReadonlySet<number>>()
  #handBelow = new Set<number>()
  #layout = nothing
  #isLayoutStale = false

  /** Takes the registry as it is now: what is not in it is forgotten. */
  setDevices(devices: Iterable<KnownDevice>): void {
    const gone = new Set(this.#entries.keys())
    const changed: Key[] = []
    for (const device of devices) {
      gone.delete(device.id)
      const known = this.#entries.get(device.id)
      if (known && sameDevice(known.device, device)) continue
      if (known && known.device.role !== device.role) changed.push(...known.told.map(([, key]) => key))
      if (known?.device.siteId !== device.siteId || known?.device.name !== device.name) this.#isLayoutStale = true
      changed.push(...this.#rename(known?.device ?? null, device))
      if (known) known.device = device
      else
        this.#entries.set(device.id, {
          device,
          sightings: null,
          walkedBefore: 0,
          walks: 0,
          told: [],
          mentioned: new Set(),
          said: nothingSaid,
        })
      this.#unheard.add(device.id)
      this.#isLayoutStale = true
    }
    for (const id of gone) changed.push(...this.#forget(id))
    this.#stir(changed)
  }

  #rename(before: KnownDevice | null, after: KnownDevice | null): Key[] {
    const keysOf = (device: KnownDevice) =>
      [addressKey(device.address), nameKey(device.name)].filter((key) => key !== null)
    const [old, fresh] = [before ? keysOf(before) : [], after ? keysOf(after) : []]
    for (const key of old) this.#directory.remove('sure', key, before?.id ?? 0)
    for (const key of fresh) this.#directory.add('sure', key, after?.id ?? 0)
    return [...old, ...fresh]
  }

  #forget(id: number): Key[] {
    const entry = this.#entries.get(id)
    if (!entry) return []
    const changed = [...this.#rename(entry.device, null), ...this.#tell(id, entry, [])]
    this.#mention(id, entry, new Set())
    this.#index(id, entry, nothingSaid)
    for (const reporter of this.#about.get(id)?.keys() ?? []) this.#unheard.add(reporter)
    this.#entries.delete(id)
    this.#bridges.delete(id)
    this.#unheard.delete(id)
    this.#leaves.delete(id)
    this.#isLayoutStale = true
    return changed
  }

  /** Takes the edges made by hand or imported: they say what is a root, and tie what nothing else does. */
  setHand(edges: Iterable<readonly [below: number, above: number]>): void {
    const hand = new Map<number, Set<number>>()
    for (const [below, above] of edges) {
      const known = hand.get(below)
      if (known) known.add(above)
      else hand.set(below, new Set([above]))
    }
    if (sameHand(hand, this.#hand)) return
    const touched = [...this.#hand, ...hand].flatMap(([below, above]) => [below, ...above])
    this.#hand = hand
    this.#handBelow = new Set([...hand.values()].flatMap((above) => [...above]))
    for (const id of touched) this.#leaves.delete(id)
    this.#isLayoutStale = true
  }

  /** Takes in a walk; an older one than it knows is left aside. True: it says something new. */
  hear(id: number, sightings: Sightings): boolean {
    const entry = this.#entries.get(id)
    if (!entry || (entry.sightings && sightings.at < entry.sightings.at)) return false
    const isNew = !entry.sightings || !saysTheSame(entry.sightings, sightings)
    const roleBefore = this.#roleOf(id)
    const holdsOn = entry.said.claims.some((one) => one.keptAt !== null)
    entry.walkedBefore = entry.sightings?.at ?? sightings.at
    entry.walks++
    entry.sightings = isNew || !entry.sightings ? sightings : { ...entry.sightings, at: sightings.at }
    if (isNew || holdsOn) this.#unheard.add(id)
    if (roleBefore !== this.#roleOf(id)) {
      this.#isLayoutStale = true
      this.#stir([...sightings.macs, ...entry.told.map(([, key]) => key), addressKey(entry.device.address)])
    }
    return isNew
  }

  /**
   * Works out what changed; returns the devices of which `upstreamOf` may say something else than before. What is no longer
   * said of a device that is dark, or by a walk that was cut short, is held on to.
   */
  learn(isDark: (id: number) => boolean = () => false): Set<number> {
    if (this.#unheard.size === 0 && !this.#isLayoutStale) return new Set()
    // Words depend on addresses of the registry alone, so whoever is stirred by them has told his own already.
    const changed = [...this.#unheard].flatMap((id) => {
      const entry = this.#entries.get(id)
      return entry ? this.#tell(id, entry, this.#wordsOf(id, entry)) : []
    })
    this.#stir(changed)
    const touched = new Set<number>()
    for (const id of this.#unheard) {
      const entry = this.#entries.get(id)
      if (!entry) continue
      touched.add(id)
      for (const other of this.#listen(id, entry, isDark)) touched.add(other)
    }
    this.#unheard.clear()
    for (const id of touched) this.#reviewLeaf(id)
    if (this.#isLayoutStale) for (const id of this.#layAnew()) touched.add(id)
    for (const id of touched) if (!this.#entries.has(id)) touched.delete(id)
    return touched
  }

  /** What the facts have directly above a device, the likeliest first. */
  upstreamOf(id: number): LearntEdge[] {
    if (!this.#entries.has(id)) return []
    const edges = this.#isLeaf(id) ? this.#placeLeaf(id) : this.#placeInfra(id)
    return edges.sort((a, b) => b.confidence - a.confidence || a.upstreamId - b.upstreamId)
  }

  /** The device that a MAC belongs to; null: none, or several. */
  findMac(mac: number): number | null {
    return this.#directory.find(mac)
  }

  knows(id: number): boolean {
    return this.#entries.has(id)
  }

  /** How many walks of it were heard. */
  walksOf(id: number): number {
    return this.#entries.get(id)?.walks ?? 0
  }

  /** A device and those that its tables name, bridge and ARP tables left aside. */
  saidOf(id: number): Set<number> {
    const near = this.#claimsBy(id).filter((one) => one.how !== 'bridge' && one.how !== 'arp')
    return new Set([id, ...near.map((one) => one.other)])
  }

  nameOf(id: number): string {
    return this.#entries.get(id)?.device.name ?? `device ${id}`
  }

  #roleOf = (id: number): Role => {
    const entry = this.#entries.get(id)
    if (!entry) return 'other'
    return entry.device.role === 'other' ? (entry.sightings?.role ?? 'other') : entry.device.role
  }

  // ---- who is who ----

  #wordsOf(id: number, { sightings }: Entry): [Weight, Key, number][] {
    if (!sightings) return []
    const words: [Weight, Key, number][] = sightings.macs.map((mac) => ['sure', mac, id])
    for (const address of sightings.addresses) words.push(['heard', addressKey(address), id])
    const name = nameKey(sightings.name)
    if (name) words.push(['heard', name, id])
    // Others' tables say which MAC answers at the address of a device that is not walked.
    const pairs = [
      ...sightings.arp.map(({ mac, ip }) => [mac, ip] as const),
      ...sightings.seen.flatMap(({ mac, addresses }) =>
        addresses.flatMap((ip) => (mac === null ? [] : [[mac, ip] as const])),
      ),
    ]
    for (const [mac, ip] of pairs) {
      const owner = this.#directory.find(addressKey(ip))
      if (owner !== null && owner !== id && this.#entries.get(owner)?.device.address === ip)
        words.push(['heard', mac, owner])
    }
    return words
  }

  /** Replaces its words in the directory; returns the keys that name another device now. */
  #tell(id: number, entry: Entry, words: readonly (readonly [Weight, Key, number])[]): Key[] {
    const keys = new Set([...entry.told, ...words].map(([, key]) => key))
    const before = new Map([...keys].map((key) => [key, this.#directory.find(key)]))
    for (const [weight, key, device] of entry.told) this.#directory.remove(weight, key, device)
    for (const [weight, key, device] of words) this.#directory.add(weight, key, device)
    entry.told = words
    this.#mention(id, entry, entry.sightings ? mentionsOf(entry.sightings) : new Set())
    if (entry.sightings?.bridge.macs.length) this.#bridges.add(id)
    else this.#bridges.delete(id)
    return [...keys].filter((key) => this.#directory.find(key) !== before.get(key))
  }

  #mention(id: number, entry: Entry, keys: ReadonlySet<Key>): void {
    for (const key of entry.mentioned) {
      if (keys.has(key)) continue
      const who = this.#mentions.get(key)
      who?.delete(id)
      if (who?.size === 0) this.#mentions.delete(key)
    }
    for (const key of keys) {
      const who = this.#mentions.get(key)
      if (who) who.add(id)
      else this.#mentions.set(key, new Set([id]))
    }
    entry.mentioned = keys
  }

  /** Whoever speaks of these keys is listened to again. */
  #stir(keys: readonly Key[]): void {
    for (const key of new Set(keys)) {
      for (const id of this.#mentions.get(key) ?? []) this.#unheard.add(id)
      if (typeof key !== 'number') continue
      for (const id of this.#bridges) {
        const bridge = this.#unheard.has(id) ? null : this.#entries.get(id)?.sightings?.bridge
        if (bridge && isBridged(bridge, key)) this.#unheard.add(id)
      }
    }
  }

  // ---- what is said ----

  /** Reads its claims anew; returns whom they speak of, before and now. */
  #listen(id: number, entry: Entry, isDark: (id: number) => boolean): number[] {
    const { sightings, said } = entry
    if (!sightings) return []
    const fresh = claimsOf(id, this.#roleOf, sightings, this.#directory)
    const named = new Set(fresh.claims.map((one) => `${one.other} ${one.how}`))
    for (const claim of said.claims) {
      if (named.has(`${claim.other} ${claim.how}`) || !this.#entries.has(claim.other)) continue
      const keptAt = claim.keptAt ?? entry.walkedBefore
      const isMissing = !sightings.whole && sightings.at - keptAt < heldMs
      if (isMissing || isDark(claim.other)) fresh.claims.push({ ...claim, keptAt })
    }
    const isSame =
      said.claims.length === fresh.claims.length && said.claims.every((one, i) => sameIn(one, fresh.claims[i]))
    if (isSame && sameHeard(said.heard, fresh.heard)) return []
    if (!this.#isLayoutStale) this.#isLayoutStale = this.#concernsLayout(id, said, fresh)
    const others = [...said.claims, ...fresh.claims].map((one) => one.other)
    this.#index(id, entry, fresh)
    return others
  }

  /** Whether what changed is said between devices that others hang on. */
  #concernsLayout(id: number, before: Said, after: Said): boolean {
    if (this.#isLeaf(id)) return false
    if (!sameHeard(before.heard, after.heard)) return true
    const key = (one: Claim) => `${one.other} ${one.how} ${one.port} ${one.by} ${one.shared}`
    const [old, fresh] = [new Set(before.claims.map(key)), new Set(after.claims.map(key))]
    const changed = [
      ...before.claims.filter((one) => !fresh.has(key(one))),
      ...after.claims.filter((one) => !old.has(key(one))),
    ]
    return changed.some((one) => !this.#isLeaf(one.other))
  }

  #index(id: number, entry: Entry, said: Said): void {
    for (const { other } of entry.said.claims) {
      const about = this.#about.get(other)
      about?.delete(id)
      if (about?.size === 0) this.#about.delete(other)
    }
    for (const claim of said.claims) {
      const about = this.#about.get(claim.other) ?? new Map<number, Claim[]>()
      this.#about.set(claim.other, about)
      const known = about.get(id)
      if (known) known.push(claim)
      else about.set(id, [claim])
    }
    entry.said = said
  }

  #claimsBy = (id: number): readonly Claim[] => this.#entries.get(id)?.said.claims ?? []

  #claimsAbout(id: number): Claim[] {
    return [...(this.#about.get(id)?.values() ?? [])].flat()
  }

  #between(a: number, b: number): Claim[] {
    return [...(this.#about.get(a)?.get(b) ?? []), ...(this.#about.get(b)?.get(a) ?? [])]
  }

  #saidAt = (claim: Claim): number => claim.keptAt ?? this.#entries.get(claim.reporter)?.sightings?.at ?? 0

  #named: Named = {
    nameOf: (id) => this.nameOf(id),
    portName: (id, port) => this.#entries.get(id)?.sightings?.ports.get(port) ?? null,
    saidAt: this.#saidAt,
  }

  // ---- stations and what is loose: placed one by one ----

  #reviewLeaf(id: number): void {
    const known = this.#leaves.get(id)
    this.#leaves.delete(id)
    if (known !== undefined && this.#isLeaf(id) !== known) this.#isLayoutStale = true
  }

  #isLeaf(id: number): boolean {
    const known = this.#leaves.get(id)
    if (known !== undefined) return known
    const isLeaf = this.#findLeaf(id)
    this.#leaves.set(id, isLeaf)
    return isLeaf
  }

  /** A leaf is a station, or loose: no other device stands beside it. */
  #findLeaf(id: number): boolean {
    if (infraRoles.has(this.#roleOf(id)) || this.#handBelow.has(id)) return false
    const aps = new Set(this.#apClaims(id).map((one) => (one.how === 'station' ? one.reporter : one.other)))
    for (const { how, other, shared } of this.#claimsBy(id)) {
      if (how === 'ap' || how === 'arp' || (isNeighbour(how) && (shared || aps.has(other)))) continue
      return false
    }
    for (const { how, reporter, shared } of this.#claimsAbout(id)) {
      if (how === 'station' || how === 'bridge' || how === 'arp') continue
      if (isNeighbour(how) && (shared || aps.has(reporter))) continue
      return false
    }
    return true
  }

  #apClaims(id: number): Claim[] {
    const own = this.#claimsBy(id).filter((one) => one.how === 'ap')
    return [...own, ...this.#claimsAbout(id).filter((one) => one.how === 'station')]
  }

  #placeLeaf(id: number): LearntEdge[] {
    const ap = chooseAp(this.#apClaims(id), this.#saidAt)
    if (ap !== null) {
      const claims = this.#between(id, ap).filter((one) => one.how !== 'arp')
      return [learntEdge(ap, claims, 1, this.#named)]
    }
    return this.#placeLoose(id)
  }

  /** By the deepest bridge that has it on a port of its own, else by the router that has it in its ARP table. */
  #placeLoose(id: number): LearntEdge[] {
    let best: { above: number; claim: Claim; steps: number; others: number } | null = null
    let router: { claim: Claim; steps: number } | null = null
    for (const claim of this.#claimsAbout(id)) {
      const steps = this.#layout.distance.get(claim.reporter)
      if (steps === undefined) continue
      if (
        claim.how === 'arp' &&
        (!router || steps < router.steps || (steps === router.steps && claim.reporter < router.claim.reporter))
      ) {
        router = { claim, steps }
      }
      const above = claim.how === 'bridge' ? this.#behindPort(claim) : null
      if (above === null || above === id) continue
      const deep = this.#layout.distance.get(above) ?? steps
      const others = this.#claimsBy(claim.reporter).filter(
        (one) => one.how === 'bridge' && one.port === claim.port,
      ).length
      const isBetter =
        !best ||
        deep > best.steps ||
        (deep === best.steps && (others < best.others || (others === best.others && above < best.above)))
      if (isBetter) best = { above, claim, steps: deep, others }
    }
    if (best) return [learntEdge(best.above, [best.claim], 2, this.#named)]
    return router ? [learntEdge(router.claim.reporter, [router.claim], 4, this.#named)] : []
  }

  /**
   * Above what a bridge has on a port: the bridge itself, or the one device heard on that port when it is below and has no
   * table of its own. Null: the port leads up, or to others that know better.
   */
  #behindPort(claim: Claim): number | null {
    const { reporter, other, port } = claim
    if (port === null || this.#leadsUp(reporter, port)) return null
    const heard = this.#entries.get(reporter)?.said.heard.get(port)
    const others = [...(heard ?? [])].filter((one) => one !== other)
    if (others.length === 0) return reporter
    const [only = null] = others
    if (others.length > 1 || only === null || this.#bridges.has(only) || this.#isLeaf(only)) return null
    const { distance } = this.#layout
    return (distance.get(only) ?? 0) > (distance.get(reporter) ?? 0) ? only : null
  }

  #leadsUp(id: number, port: number): boolean {
    const { above, distance } = this.#layout
    const towards = [...(above.get(id) ?? [])]
    const [root] = distance.keys()
    if (root !== undefined && root !== id) towards.push(root)
    return towards.some((other) => this.#portsTo(id, other).includes(port))
  }

  #portsTo = (reporter: number, other: number): (number | null)[] =>
    (this.#about.get(other)?.get(reporter) ?? []).map((one) => one.port)

  // ---- routers, switches, radios: laid out together ----

  #placeInfra(id: number): LearntEdge[] {
    const tie = this.#layout.ties.get(id)
    return (this.#layout.above.get(id) ?? []).map((above) => {
      const isTied = tie?.above === above
      const claims = this.#between(id, above)
      return learntEdge(above, claims, isTied ? tie.tier : 1, this.#named)
    })
  }

  /** Lays out all that is no leaf; returns whom that puts elsewhere. */
  #layAnew(): Set<number> {
    this.#isLayoutStale = false
    const before = this.#layout
    const ids = [...this.#entries.keys()].filter((id) => !this.#isLeaf(id)).sort((a, b) => a - b)
    const infra = new Set(ids)
    const nodes = new Map(ids.map((id) => [id, this.#layoutNode(id)]))
    const hand = [...this.#hand].flatMap(([below, over]) => [...over].map((above) => [below, above] as const))
    this.#layout = layOut({ nodes, hand, pairs: this.#pairs(infra), ties: this.#ties(infra), portsTo: this.#portsTo })
    const moved = new Set<number>()
    for (const id of new Set([...before.above.keys(), ...this.#layout.above.keys()])) {
      if (
        !sameList(before.above.get(id), this.#layout.above.get(id)) ||
        before.ties.get(id)?.tier !== this.#layout.ties.get(id)?.tier
      ) {
        moved.add(id)
      }
    }
    // What is loose hangs on the deepest one that knows it: that may be another one now.
    for (const [id, isLeaf] of this.#leaves) if (isLeaf && this.#apClaims(id).length === 0) moved.add(id)
    return moved
  }

  #layoutNode(id: number): LayoutNode {
    const sightings = this.#entries.get(id)?.sightings
    return {
      role: this.#roleOf(id),
      isGateway: this.#entries.get(id)?.device.isGateway ?? false,
      isCore: /\b(core|border|bng)/i.test(this.nameOf(id)),
      isTop: this.#handBelow.has(id) && !this.#hand.has(id),
      isPublic: sightings?.addresses.some(isPublic) ?? false,
      isStation: this.#apClaims(id).length > 0,
    }
  }

  /** Who stands beside whom, with radios put where a wire only seems to be. */
  #pairs(infra: ReadonlySet<number>): [number, number][] {
    const pairs = new Map<string, [number, number]>()
    const add = (a: number, b: number) => pairs.set(a < b ? `${a} ${b}` : `${b} ${a}`, a < b ? [a, b] : [b, a])
    for (const id of infra) {
      for (const { other, how, shared } of this.#claimsBy(id)) {
        if (!infra.has(other) || how === 'bridge' || how === 'arp') continue
        if (how === 'lldp' || !isNeighbour(how) || !shared) add(id, other)
      }
    }
    const farEnds = (id: number) => this.#farEnds(id, infra)
    const input = {
      claimsBy: this.#claimsBy,
      farEnds,
      isInfra: (id: number) => infra.has(id),
      isRadio: (id: number) => infra.has(id) && this.#isRadio(id, infra),
      siteOf: (id: number) => this.#entries.get(id)?.device.siteId ?? null,
    }
    for (const [a, b] of this.#heardPairs(infra)) {
      for (const chain of chainsBetween(a, b, input)) {
        const [first = 0, near = 0] = chain
        const [far = 0, last = 0] = chain.slice(-2)
        for (const [x, y] of [
          [first, last],
          [first, far],
          [near, last],
        ] as const) {
          if (near !== far || (x === first && y === last)) pairs.delete(x < y ? `${x} ${y}` : `${y} ${x}`)
        }
        add(first, near)
        if (near !== far) add(near, far)
        add(far, last)
      }
    }
    return [...pairs.values()].sort(([a, b], [c, d]) => a - c || b - d)
  }

  *#heardPairs(infra: ReadonlySet<number>): Generator<[number, number]> {
    for (const id of infra) {
      const heard = new Set(
        this.#claimsBy(id).flatMap((one) => (isNeighbour(one.how) && infra.has(one.other) ? [one.other] : [])),
      )
      for (const other of heard) if (id < other) yield [id, other]
      for (const other of heard) {
        if (id > other && !this.#claimsBy(other).some((one) => one.other === id && isNeighbour(one.how)))
          yield [other, id]
      }
    }
  }

  #isRadio(id: number, infra: ReadonlySet<number>): boolean {
    const role = this.#roleOf(id)
    return role === 'backhaul' || (role !== 'router' && role !== 'switch' && this.#farEnds(id, infra).length > 0)
  }

  #farEnds(id: number, infra: ReadonlySet<number>): number[] {
    const isLink = (one: Claim) => one.how === 'link' || one.how === 'station' || one.how === 'ap'
    const found = new Set<number>()
    for (const one of this.#claimsBy(id)) if (isLink(one) && infra.has(one.other)) found.add(one.other)
    for (const one of this.#claimsAbout(id)) if (isLink(one) && infra.has(one.reporter)) found.add(one.reporter)
    return [...found]
  }

  #ties(infra: ReadonlySet<number>): Tie[] {
    const ties: Tie[] = []
    for (const id of infra) {
      const heard = this.#entries.get(id)?.said.heard
      for (const { other, how, port, shared } of this.#claimsBy(id)) {
        if (!infra.has(other)) continue
        if (how === 'bridge' && port !== null) {
          const isOwnPort = [...(heard?.get(port) ?? [])].every((one) => one === other)
          if (isOwnPort) ties.push({ above: id, below: other, tier: 2, port })
          if (this.#roleOf(other) === 'router') ties.push({ above: other, below: id, tier: 3, port: null })
        } else if (shared && (how === 'mndp' || how === 'cdp')) {
          ties.push({ above: id, below: other, tier: 3, port: null }, { above: other, below: id, tier: 3, port: null })
        } else if (how === 'arp') {
          ties.push({ above: id, below: other, tier: 4, port: null })
          if (this.#roleOf(other) === 'router') ties.push({ above: other, below: id, tier: 4, port: null })
        }
      }
    }
    return ties
  }
}

function mentionsOf(sightings: Sightings): Set<Key> {
  const keys = new Set<Key>()
  for (const { mac, addresses, name } of sightings.seen) {
    if (mac !== null) keys.add(mac)
    for (const address of addresses) keys.add(addressKey(address))
    const named = nameKey(name)
    if (named) keys.add(named)
  }
  for (const { mac, ip } of sightings.arp) {
    keys.add(mac)
    keys.add(addressKey(ip))
  }
  return keys
}

/** Whether an address is of the Internet: neither private nor shared nor of a link. */
function isPublic(address: string): boolean {
  if (address.includes(':')) return /^[23]/.test(address)
  return !/^(10\.|127\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|198\.1[89]\.)/.test(
    address,
  )
}

const sameIn = (a: Claim, b: Claim | undefined) => b !== undefined && sameClaim(a, b)

const sameDevice = (a: KnownDevice, b: KnownDevice) =>
  a.name === b.name &&
  a.address === b.address &&
  a.role === b.role &&
  a.siteId === b.siteId &&
  a.isGateway === b.isGateway

const sameList = (a: readonly number[] = [], b: readonly number[] = []) =>
  a.length === b.length && a.every((one, i) => one === b[i])

const sameSet = <T>(a: ReadonlySet<T>, b: ReadonlySet<T> | undefined) =>
  b !== undefined && a.size === b.size && [...a].every((one) => b.has(one))

const sameHeard = (a: Said['heard'], b: Said['heard']) =>
  a.size === b.size && [...a].every(([port, who]) => sameSet(who, b.get(port)))

const sameHand = (a: ReadonlyMap<number, ReadonlySet<number>>, b: ReadonlyMap<number, ReadonlySet<number>>) =>
  a.size === b.size && [...a].every(([below, above]) => sameSet(above, b.get(below)))
