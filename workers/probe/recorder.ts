import type { IsolatedItem, RevivedItem, UpMessage } from '@/lib/wire/probe'
import { maxItems } from '@/lib/wire/probe'
import type { Clock } from './clock'
import type { Marks, NewMessage, Spool } from './spool'

const mostPingsAMessage = 8000 // about 400 kB of JSON, well under what a socket takes

type Group = { isolated: IsolatedItem[]; revived: RevivedItem[]; revivedIds: Set<number> }

const mostFramesHeld = 60 // about 25 MB of 50,000 devices
const mostWalksHeld = 60 // messages of walks and hints, which are soon made anew
const againMs = 1000

/**
 * Writes what was found into the spool, one transaction at a time and in order. What is found while one is being
 * written goes together into the next, so a storm makes large messages and a single outage is written at once. While
 * the spool cannot be written (a full disk) it waits here, of frames the last hour, of walks the latest, and is tried again
 * every second.
 */
export function createRecorder({
  clock,
  spool,
  onStored,
  onTrouble,
}: {
  clock: Clock
  spool: Pick<Spool, 'append'>
  onStored: () => void
  onTrouble: (error: unknown) => void // once, until it can be written again
}) {
  const groups: Group[] = []
  let others: Other[] = []
  let writing: Promise<void> | null = null
  let troubled = false
  let ending = false
  let cancel = () => {}

  function isolated(item: IsolatedItem): void {
    const last = groups.at(-1)
    // Within a group outages open before others end: a target that ended one must open its next in a later group.
    if (last && !last.revivedIds.has(item.target_id)) last.isolated.push(item)
    else groups.push({ isolated: [item], revived: [], revivedIds: new Set() })
    start()
  }

  function revived(item: RevivedItem): void {
    if (groups.length === 0) groups.push({ isolated: [], revived: [], revivedIds: new Set() })
    const last = groups.at(-1)
    last?.revived.push(item)
    last?.revivedIds.add(item.target_id)
    start()
  }

  function other(message: NewMessage, marks: Marks = {}): void {
    others.push({ message, marks })
    start()
  }

  function start(): void {
    writing ??= Promise.resolve().then(write)
  }

  async function write(): Promise<void> {
    try {
      while (groups.length > 0 || others.length > 0) await writeNext()
      troubled = false
    } catch (error) {
      if (!troubled) onTrouble(error)
      troubled = true
      others = bounded(others)
      onStored() // what was written before it can go
    } finally {
      writing = null
    }
    cancel()
    if (troubled && !ending) cancel = clock.after(againMs, start)
  }

  /** The oldest group, then what else there was by then. What fails stays the oldest. */
  async function writeNext(): Promise<void> {
    const group = groups.shift()
    const waiting = others.length
    try {
      if (group) await spool.append(messagesOf(group), marksOf(group))
    } catch (error) {
      if (group) groups.unshift(group)
      throw error
    }
    for (let i = 0; i < waiting; i++) {
      const [next] = others
      if (next) await spool.append([next.message], next.marks)
      others.shift()
    }
    onStored()
  }

  return {
    isolated,
    revived,
    other,
    /** Resolves when everything found so far is on disk, or cannot be written: it is not tried again then. */
    async settled(): Promise<void> {
      ending = true
      cancel()
      if (troubled) start()
      while (writing) await writing
    },
  }
}

type Other = { message: NewMessage; marks: Marks }

/** The latest of frames, and the latest of walks and hints; all of the rest. */
function bounded(others: readonly Other[]): Other[] {
  const isWalk = ({ message: { name } }: Other) => name === 'walk' || name === 'hints'
  return latest(mostWalksHeld, isWalk)(latest(mostFramesHeld, ({ message }) => message.name === 'frame')(others))
}

const latest = (most: number, counts: (other: Other) => boolean) => (others: readonly Other[]) => {
  let spare = others.filter(counts).length - most
  return others.filter((other) => !counts(other) || spare-- <= 0)
}

function messagesOf({ isolated, revived }: Group): NewMessage[] {
  return [
    ...split(isolated).map((items): NewMessage => ({ name: 'outage.isolated', body: { items } })),
    ...split(revived).map((items): NewMessage => ({ name: 'outage.revived', body: { items } })),
  ]
}

function marksOf({ isolated, revived }: Group): Marks {
  return {
    opened: isolated.map((item) => ({ targetId: item.target_id, beganAt: item.began_at })),
    closed: revived.map((item) => ({ targetId: item.target_id, endedAt: item.ended_at })),
  }
}

function split<Item extends UpMessageItem>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = []
  let pings = Number.POSITIVE_INFINITY
  for (const item of items) {
    const last = parts.at(-1)
    pings += item.evidence.pings.length
    if (last && last.length < maxItems && pings <= mostPingsAMessage) last.push(item)
    else {
      parts.push([item])
      pings = item.evidence.pings.length
    }
  }
  return parts
}

type UpMessageItem = Extract<UpMessage, { name: 'outage.isolated' | 'outage.revived' }>['body']['items'][number]
