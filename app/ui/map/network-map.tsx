'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import type { Picked } from '@/lib/domain/map-pick'
import type { MapSuggestion } from '@/lib/store/map'
import type { MapStates } from '@/lib/wire/map'
import { Icon } from '../icons'
import styles from './map.module.css'
import { MapCanvas } from './map-canvas'
import { MapPanel } from './map-panel'
import { MapSearch } from './map-search'
import { MapTreeList } from './map-tree-list'
import { counted } from './map-words'
import { Suggestions } from './suggestions'
import { useMapStates } from './use-map-states'
import { useNetwork } from './use-network'
import { usePicked } from './use-picked'

type Props = {
  mark: string
  states: MapStates
  devices: number
  sites: number
  at: string | null // what is picked at first: d12 or s3
  suggestions: { items: MapSuggestion[]; total: number }
}

/** The network as a map, and the same as a list: what is picked in one is shown in the other. */
export function NetworkMap({ mark, states: rendered, devices, sites, at, suggestions }: Props) {
  useLookAgain()
  const { network, failed } = useNetwork(mark)
  const states = useMapStates(network, rendered)
  const { picked, pick, view, setView } = usePicked(network, at)
  const [isListed, setListed] = useState(false) // on a phone, where there is no room for both
  const [isFalling, setFalling] = useState(false)
  const fly = (one: Picked) => {
    setListed(false)
    pick(one, 'fly')
  }
  const isReady = network !== null && states !== null
  return (
    <div className={styles.page} data-listed={isListed || undefined}>
      <header className={styles.top}>
        <h1>Map</h1>
        <p className={`muted ${styles.counts}`}>
          {counted(devices, 'device')} at {counted(sites, 'site')}
        </p>
        {isReady && <MapSearch network={network} states={states} onFound={fly} />}
        <button
          type="button"
          className={`button ${styles.toggle}`}
          aria-pressed={isListed}
          onClick={() => setListed(!isListed)}
        >
          <Icon name="list" size={16} />
          List
        </button>
      </header>
      {isReady ? (
        <div className={styles.body}>
          <MapTreeList network={network} states={states} picked={picked} onPick={fly} />
          <div className={styles.stage}>
            <MapCanvas
              network={network}
              states={states}
              picked={picked}
              isFalling={isFalling}
              onPick={(one) => pick(one, 'stay')}
              onView={setView}
            />
            <Suggestions
              {...suggestions}
              onShow={(id) => {
                const index = network.indexOf.get(id)
                if (index !== undefined) pick({ kind: 'device', index }, 'fly')
              }}
            />
            <div className={styles.zoom}>
              <ZoomButton name="plus" label="Zoom in" act={() => view?.zoomBy(1.6)} />
              <ZoomButton name="minus" label="Zoom out" act={() => view?.zoomBy(1 / 1.6)} />
              <ZoomButton name="whole" label="Show all" act={() => view?.showAll()} />
            </div>
            {picked && (
              <MapPanel
                network={network}
                states={states}
                picked={picked}
                isFalling={isFalling}
                setFalling={setFalling}
                onPick={(one) => pick(one, 'fly')}
                onShow={() => pick(picked, 'fly')}
              />
            )}
          </div>
        </div>
      ) : (
        <p className={`muted ${styles.waiting}`} role="status">
          {failed ? 'The network could not be read: not connected. Trying again.' : 'Reading the network'}
        </p>
      )}
    </div>
  )
}

const againMs = 60_000

/** What is learnt or changed without an event is seen within a minute. */
function useLookAgain() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && router.refresh(), againMs)
    return () => clearInterval(timer)
  }, [router])
}

function ZoomButton({ name, label, act }: { name: 'plus' | 'minus' | 'whole'; label: string; act: () => void }) {
  return (
    <button type="button" className="button" aria-label={label} title={label} onClick={act}>
      <Icon name={name} size={16} />
    </button>
  )
}
