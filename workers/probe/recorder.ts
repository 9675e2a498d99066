import type { IsolatedItem, RevivedItem, UpMessage } from '@/lib/wire/probe'
import { maxItems } from '@/lib/wire/probe'
import type { Marks, NewMessage, Spool } from './spool'

const mostPingsAMessage = 8000 // about 400 kB of JSON, well under what a socket takes

type Group = { isolated: IsolatedItem[]; revived: RevivedItem[]; revivedIds: Set<number> }

/**
 * Writes what was found into the spool, one transaction at a time and in order. What is found while one is being
 * written goes together into the next, so a storm makes large messages and a single outage is written at once.
 */
export function createRecorder({
  spool,
  onStored,
  onError,
}: {
  spool: Spool
  onStored: () => void
  onError: (error: unknown) => void
}) {
  let groups: Group[] = []
  let others: { message: NewMessage; marks: Marks }[] = []
  let writing: Promise<void> | null = null

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
      while (groups.length > 0 || others.length > 0) {
        const [group, ...later] = groups
        const rest = others
        groups = later
        others = []
        if (group) await spool.append(messagesOf(group), marksOf(group))
        for (const { message, marks } of rest) await spool.append([message], marks)
        onStored()
      }
    } catch (error) {
      onError(error) // a full disk: the process ends, and what was not written is found again by the next
    } finally {
      writing = null
    }
  }

  return {
    isolated,
    revived,
    other,
    /** Resolves when everything found so far is on disk. */
    async settled(): Promise<void> {
      while (writing) await writing
    },
  }
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
