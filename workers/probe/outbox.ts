import type { Answered } from '@/lib/wire/probe'
import { maxItems } from '@/lib/wire/probe'
import { type HintItem, mostHintItems, mostWalkItems, type WalkItem } from '@/lib/wire/walk'
import type { Clock } from './clock'
import type { NewMessage } from './spool'

const gatherMs = 500
const mostBytes = 2 << 20

/** Bundles what is found of the topology into messages of a size that the web takes. */
export function createOutbox({ clock, send }: { clock: Clock; send: (message: NewMessage) => void }) {
  let walks: WalkItem[] = []
  let bytes = 0

  function flush(): void {
    const items = walks
    walks = []
    bytes = 0
    if (items.length > 0) send({ name: 'walk', body: { items } })
  }

  return {
    walked(item: WalkItem): void {
      const size = item.facts?.length ?? 0
      if (walks.length >= mostWalkItems || bytes + size > mostBytes) flush()
      if (walks.length === 0) clock.after(gatherMs, flush)
      walks.push(item)
      bytes += size
    },
    hints(items: readonly HintItem[]): void {
      for (let i = 0; i < items.length; i += mostHintItems)
        send({ name: 'hints', body: { items: items.slice(i, i + mostHintItems) } })
    },
    answers(items: readonly Answered[]): void {
      for (let i = 0; i < items.length; i += maxItems)
        send({ name: 'answers', body: { items: items.slice(i, i + maxItems) } })
    },
    flush,
  }
}
