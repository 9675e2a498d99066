import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { type Database, open } from 'lmdb'
import type { AssignedTarget, UpMessage, UpName } from '@/lib/wire/probe'

/** A message up that has no number yet. */
export type NewMessage = {
  [N in UpName]: { name: N; body: Omit<Extract<UpMessage, { name: N }>['body'], 'seq'> }
}[UpName]

/** What the probe itself must know after a restart, kept in the same transaction as the message that tells it. */
export type Marks = {
  opened?: readonly { targetId: number; beganAt: number }[]
  closed?: readonly { targetId: number; endedAt: number }[]
  blindSince?: number | null
}

/** walkBytes: of walks and hints alone, which are soon made anew: they must not crowd out anything else. */
export type SpoolLimits = { messages: number; bytes: number; walkBytes?: number }
export type AssignmentHead = { version: number; confirm_interval: number; revive_hits: number; anchors: string[] }
type Weight = [kind: 'frame' | 'walk' | 'other', bytes: number]

const mostDead = 200 // a web that takes nothing at all must not fill the disk
const roomShare = 0.98
const mostWalkBytes = 64 << 20
const defaultLimits: SpoolLimits = { messages: 200_000, bytes: 1 << 30 }

/**
 * The probe's memory on disk, one folder a probe: messages until the web has committed them, the outages it holds open,
 * and its assignment. Survives kill -9 at any instant. When it is full the oldest walks go first, then the oldest
 * frames, then the oldest others.
 */
export function openSpool(
  folder: string,
  limits: SpoolLimits = defaultLimits,
  onDropped: (name: string) => void = () => {},
) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const root = open({ path: folder, maxDbs: 8, encoding: 'msgpack', mapSize: 4 * 2 ** 30 })
  const meta: Database<unknown, string> = root.openDB({ name: 'meta' })
  const messages: Database<NewMessage, number> = root.openDB({ name: 'messages' })
  const weights: Database<Weight, number> = root.openDB({ name: 'weights' })
  const opened: Database<number, number> = root.openDB({ name: 'opened' })
  const closed: Database<number, number> = root.openDB({ name: 'closed' })
  const targets: Database<AssignedTarget, number> = root.openDB({ name: 'targets' })
  const dead: Database<{ message: NewMessage; error: string; at: number }, number> = root.openDB({ name: 'dead' })

  const known = meta.get('spool_id')
  const id = typeof known === 'string' ? known : randomUUID()
  if (known !== id) meta.putSync('spool_id', id)
  const held = new Map<number, Weight>() // in the order of their numbers
  let bytes = 0
  let walkBytes = 0
  for (const { key, value } of weights.getRange()) hold(key, value)
  let lastSeq = Number(meta.get('last_seq') ?? 0)

  /** Durable when it resolves: a number must never be given twice. */
  async function append(fresh: readonly NewMessage[], marks: Marks = {}): Promise<void> {
    const written: [number, Weight][] = fresh.map((message) => [++lastSeq, weigh(message)])
    await commit(() => {
      meta.put('last_seq', lastSeq)
      for (const [i, [seq, weight]] of written.entries()) {
        const message = fresh[i]
        if (message) messages.put(seq, message)
        weights.put(seq, weight)
      }
      for (const { targetId, beganAt } of marks.opened ?? []) opened.put(targetId, beganAt)
      for (const { targetId, endedAt } of marks.closed ?? []) {
        opened.remove(targetId)
        closed.put(targetId, endedAt)
      }
      if (marks.blindSince !== undefined) meta.put('blind_since', marks.blindSince)
    }, true)
    for (const [seq, weight] of written) hold(seq, weight)
    if (walkBytes > (limits.walkBytes ?? mostWalkBytes)) await trimWalks()
    if (held.size > limits.messages || bytes > limits.bytes) await trim()
  }

  function hold(seq: number, weight: Weight): void {
    held.set(seq, weight)
    bytes += weight[1]
    if (weight[0] === 'walk') walkBytes += weight[1]
  }

  /** lmdb hides why a commit failed behind a promise of its own, which must not be left alone. */
  async function commit(write: () => void, durable = false): Promise<void> {
    try {
      await root.transaction(write)
      if (durable) await root.flushed
    } catch (error) {
      const cause = await Promise.resolve(commitErrorOf(error)).catch((reason: unknown) => reason)
      throw new Error('Cannot write the spool', { cause: cause ?? error })
    }
  }

  /** A little more than needed goes, so that a full spool is not looked through for each message. */
  async function trim(): Promise<void> {
    const kept = [...held].sort(([a, [kindA]], [b, [kindB]]) => lastToGo[kindA] - lastToGo[kindB] || a - b)
    const most = { messages: Math.ceil(limits.messages * roomShare), bytes: limits.bytes * roomShare }
    const going: number[] = []
    for (const [seq, [kind]] of kept) {
      if (held.size <= most.messages && bytes <= most.bytes) break
      forget(seq)
      going.push(seq)
      onDropped(kind)
    }
    await removeAll(going)
  }

  async function trimWalks(): Promise<void> {
    const most = (limits.walkBytes ?? mostWalkBytes) * roomShare
    const going: number[] = []
    for (const [seq, [kind]] of held) {
      if (walkBytes <= most) break
      if (kind !== 'walk') continue
      forget(seq)
      going.push(seq)
    }
    onDropped('walk')
    await removeAll(going)
  }

  function forget(seq: number): void {
    const [kind, weight] = held.get(seq) ?? ['other', 0]
    bytes -= weight
    if (kind === 'walk') walkBytes -= weight
    held.delete(seq)
  }

  async function removeAll(seqs: readonly number[]): Promise<void> {
    await commit(() => {
      for (const seq of seqs) {
        messages.remove(seq)
        weights.remove(seq)
      }
    })
  }

  return {
    id,
    append,

    /** Up to `limit` messages numbered after `seq`, in order. */
    after(seq: number, limit: number): UpMessage[] {
      return [...messages.getRange({ start: seq + 1, limit })].map(({ key, value }) => numbered(value, key))
    },

    /** The web has it. */
    async committed(seq: number): Promise<void> {
      if (!held.has(seq)) return
      await removeAll([seq])
      forget(seq)
    },

    /** The web will never take it: it is kept aside, so that the others go on. */
    async rejected(seq: number, error: string, at: number): Promise<void> {
      const message = messages.get(seq)
      await commit(() => {
        if (message) dead.put(seq, { message, error, at })
        messages.remove(seq)
        weights.remove(seq)
        const tooMany = dead.getKeysCount() - mostDead
        if (tooMany > 0) for (const key of [...dead.getKeys({ limit: tooMany })]) dead.remove(key)
      })
      forget(seq)
    },

    size: () => ({ messages: held.size, bytes }),
    deadLetters: () => [...dead.getRange()].map(({ key, value }) => ({ seq: key, ...value })),

    /** Outages this probe opened and has not ended: target id -> beganAt. */
    openOutages: () => new Map([...opened.getRange()].map(({ key, value }) => [key, value])),
    /** When it last ended an outage of each target: target id -> endedAt. */
    endedOutages: () => new Map([...closed.getRange()].map(({ key, value }) => [key, value])),
    blindSince: () => numberOrNull(meta.get('blind_since')),
    answeredGateways: () => new Set(texts(meta.get('answered_gateways'))),
    keepAnsweredGateways: (addresses: Iterable<string>) =>
      commit(() => void meta.put('answered_gateways', [...addresses])),

    /** What opens devices, encrypted by whoever keeps it here. */
    sealedProfiles: () => textOrNull(meta.get('snmp_profiles')),
    keepSealedProfiles: (sealed: string) => commit(() => void meta.put('snmp_profiles', sealed)),

    targets: () => targets.getRange().map(({ value }) => value),
    assignmentHead: () => (meta.get('assignment') as AssignmentHead | undefined) ?? null, // nobody else writes this key
    /** Keeps a change of the assignment; targets that are gone lose their outages too. */
    async keepAssignment(head: AssignmentHead, upserts: readonly AssignedTarget[], removed: readonly number[]) {
      await commit(() => {
        meta.put('assignment', head)
        for (const target of upserts) targets.put(target.id, target)
        for (const targetId of removed) {
          targets.remove(targetId)
          opened.remove(targetId)
          closed.remove(targetId)
        }
      })
    },
    /** Forgets an outage that is no longer this probe's to end. */
    release: (targetId: number) => commit(() => void opened.remove(targetId)).catch(() => {}), // the web names it again

    close: () => root.close(),
  }
}

export type Spool = ReturnType<typeof openSpool>

function numbered(message: NewMessage, seq: number): UpMessage {
  return { name: message.name, body: { seq, ...message.body } } as UpMessage // NewMessage is UpMessage without its seq
}

const lastToGo = { walk: 0, frame: 1, other: 2 }
const bytesOfPing = 48
function weigh(message: NewMessage): Weight {
  if (message.name === 'frame') return ['frame', message.body.columns.length + 64]
  if (message.name === 'blind') return ['other', 256]
  if (message.name === 'answers') return ['other', 64 + message.body.items.length * 24]
  if (message.name === 'walk' || message.name === 'found') {
    const kind = message.name === 'walk' ? 'walk' : 'other'
    return [kind, message.body.items.reduce((sum, item) => sum + 160 + (item.facts?.length ?? 0), 128)]
  }
  if (message.name === 'hints') return ['walk', 64 + message.body.items.length * 160]
  return ['other', message.body.items.reduce((sum, item) => sum + 160 + item.evidence.pings.length * bytesOfPing, 64)]
}

const commitErrorOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'commitError' in error ? error.commitError : null
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)
const numberOrNull = (value: unknown) => (typeof value === 'number' ? value : null)
const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
