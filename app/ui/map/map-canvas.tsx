'use client'
import { useEffect, useMemo, useRef, useState } from 'react'
import { whatFallsWith } from '@/lib/domain/map-fall'
import { deviceAt, type Picked, pick as pickAt } from '@/lib/domain/map-pick'
import { stateWords } from '../state-words'
import { useThemeCount } from '../theme-count'
import styles from './map.module.css'
import { counted } from './map-words'
import { darkInBlocks, downNow, fallenOf } from './now'
import type { LiveStates } from './states'
import { useVersion } from './use-map-states'
import type { Network } from './use-network'
import { type MapView, openMapView } from './view'

type Props = {
  network: Network
  states: LiveStates
  picked: Picked | null
  isFalling: boolean
  onPick: (picked: Picked | null) => void
  onView: (view: MapView | null) => void
}

/** The drawing itself. The list beside it says the same to those who do not see it. */
export function MapCanvas({ network, states, picked, isFalling, onPick, onView }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [view, setView] = useState<MapView | null>(null)
  const [hover, setHover] = useState<Hover | null>(null)
  const theme = useThemeCount()
  const version = useVersion(states)
  const latest = useRef({ network, onPick })
  latest.current = { network, onPick }

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    let isFirst = true
    const opened = openMapView(element, {
      onPick: ({ x, y }, near) => latest.current.onPick(pickAt(latest.current.network.layout, x, y, near)),
      onHover: (at, near) => {
        const device = at ? deviceAt(latest.current.network.layout, at.x, at.y, near) : -1
        setHover((known) => (device < 0 ? null : known?.device === device ? known : { device }))
        return device
      },
      onDrawn: ({ scale }) => {
        element.dataset.scale = scale.toFixed(3)
        if (isFirst) performance.mark('map-drawn')
        isFirst = false
      },
    })
    setView(opened)
    onView(opened)
    return () => {
      opened.close()
      setView(null)
      onView(null)
    }
  }, [onView])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of theme needs other colours
  useEffect(() => view?.retheme(), [view, theme])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version are other states
  const scene = useMemo(() => {
    const fallen = isFalling && picked ? fallenOf(network.tree, picked) : null
    return {
      tree: network.tree,
      layout: network.layout,
      statusOf: states.of,
      darkIn: darkInBlocks(network.tree, states),
      selected: picked,
      falling: fallen && new Set([...fallen, ...whatFallsWith(network.tree, fallen, downNow(states, network.tree))]),
    }
  }, [network, states, version, picked, isFalling])
  useEffect(() => view?.draw(scene), [view, scene])

  const onKeyDown = (event: React.KeyboardEvent) => {
    const act = view && keys[event.key]
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    act(view)
  }
  const { devices, blocks } = network.tree
  const label = `Map of ${counted(devices.length, 'device')} at ${counted(blocks.length, 'site')}. Arrows move it, plus and minus zoom, 0 shows all. The list holds the same.`
  return (
    <div className={styles.map} data-map-stage>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by keys */}
      <div role="application" aria-label={label} tabIndex={0} className={styles.keys} onKeyDown={onKeyDown}>
        <canvas ref={canvas} className={styles.canvas} data-over={hover ? '' : undefined} />
      </div>
      {hover && <HoverNote network={network} states={states} device={hover.device} />}
    </div>
  )
}

type Hover = { device: number }

function HoverNote({ network, states, device }: { network: Network; states: LiveStates; device: number }) {
  const one = network.tree.devices[device]
  if (!one) return null
  const facts = [one.client, one.address].filter(Boolean).join(' · ')
  return (
    <p className={styles.hover} aria-hidden="true">
      <strong>{one.name}</strong> {stateWords[states.of(device)].toLowerCase()}
      <span className="muted"> {facts}</span>
    </p>
  )
}

const step = 80
const keys: Record<string, (view: MapView) => void> = {
  ArrowLeft: (view) => view.panBy(step, 0),
  ArrowRight: (view) => view.panBy(-step, 0),
  ArrowUp: (view) => view.panBy(0, step),
  ArrowDown: (view) => view.panBy(0, -step),
  '+': (view) => view.zoomBy(1.4),
  '=': (view) => view.zoomBy(1.4),
  '-': (view) => view.zoomBy(1 / 1.4),
  '0': (view) => view.showAll(),
}
