'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { boxOf, type Picked } from '@/lib/domain/map-pick'
import { deviceKey, siteKey } from '@/lib/domain/map-rows'
import type { Network } from './use-network'
import type { MapView } from './view'

const keyOf = ({ tree }: Network, { kind, index }: Picked): string =>
  kind === 'device' ? deviceKey(tree.devices[index]?.id ?? 0) : siteKey(tree.blocks[index]?.siteId ?? null)

function pickedOf({ tree, indexOf }: Network, key: string | null): Picked | null {
  const id = Number(key?.slice(1))
  if (key?.startsWith('d')) {
    const index = indexOf.get(id)
    return index === undefined ? null : { kind: 'device', index }
  }
  const index = key?.startsWith('s') ? tree.blocks.findIndex(({ siteId }) => (siteId ?? 0) === id) : -1
  return index < 0 ? null : { kind: 'site', index }
}

/** What is picked; it stands in the address, so that it can be sent to a colleague, and stays when the network changes. */
export function usePicked(network: Network | null, at: string | null) {
  const [key, setKey] = useState(at)
  const [view, setView] = useState<MapView | null>(null)
  const waiting = useRef<{ key: string; atOnce: boolean } | null>(at ? { key: at, atOnce: true } : null)
  const picked = network && pickedOf(network, key)

  useEffect(() => {
    const asked = waiting.current
    if (!asked || !view || !network || asked.key !== key) return
    waiting.current = null
    const found = pickedOf(network, asked.key)
    if (!found) return
    const isSite = found.kind === 'site'
    const box = boxOf(network.tree, network.layout, found)
    view.show(box, { most: isSite ? 2.5 : 4.5, covered: coveredByPanel(), atOnce: asked.atOnce })
  })

  const pick = useCallback(
    (next: Picked | null, how: 'fly' | 'stay') => {
      if (!network) return
      const nextKey = next && keyOf(network, next)
      if (nextKey && how === 'fly') waiting.current = { key: nextKey, atOnce: false }
      setKey(nextKey)
      setAgain((n) => n + 1) // also when it is picked already, it is flown to again
      history.replaceState(history.state, '', nextKey ? `?at=${nextKey}` : location.pathname)
    },
    [network],
  )
  const [, setAgain] = useState(0)
  return { picked, pick, view, setView }
}

/** What of the map lies under the panel: beside it on a desk, above it on a phone. */
function coveredByPanel() {
  const panel = document.querySelector('[data-map-panel]')?.getBoundingClientRect()
  const stage = document.querySelector('[data-map-stage]')?.getBoundingClientRect()
  const none = { top: 0, right: 0, bottom: 0, left: 0 }
  if (!panel || !stage) return none
  return panel.width > stage.width * 0.8
    ? { ...none, bottom: stage.bottom - panel.top }
    : { ...none, right: stage.right - panel.left }
}
