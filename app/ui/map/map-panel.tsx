'use client'
import Link from 'next/link'
import { useMemo } from 'react'
import { whatFallsWith } from '@/lib/domain/map-fall'
import type { Picked } from '@/lib/domain/map-pick'
import { Icon } from '../icons'
import { roleWords } from '../role-words'
import { StateMark } from '../state-mark'
import styles from './map.module.css'
import { counted, fallWords, provenanceWords } from './map-words'
import { darkInBlocks, downNow, fallenOf } from './now'
import type { LiveStates } from './states'
import { useVersion } from './use-map-states'
import type { Network } from './use-network'

type Props = {
  network: Network
  states: LiveStates
  picked: Picked
  isFalling: boolean
  setFalling: (isFalling: boolean) => void
  onPick: (picked: Picked | null) => void
  onShow: () => void
}

/** What is picked: its state, what it hangs on, and what would go dark if it fell. */
export function MapPanel(props: Props) {
  const { network, states, picked } = props
  const name =
    picked.kind === 'device' ? network.tree.devices[picked.index]?.name : network.tree.blocks[picked.index]?.name
  return (
    <section className={styles.panel} aria-label={name} data-map-panel>
      <div className={styles.panelHead}>
        <h2>{name}</h2>
        <button
          type="button"
          className="button"
          data-kind="quiet"
          aria-label="Close"
          onClick={() => props.onPick(null)}
        >
          <Icon name="close" size={16} />
        </button>
      </div>
      {picked.kind === 'device' ? (
        <DeviceFacts {...props} />
      ) : (
        <SiteFacts network={network} states={states} block={picked.index} />
      )}
      <Fall {...props} />
      <div className="row">
        {picked.kind === 'device' ? (
          <Link href={`/devices/${network.tree.devices[picked.index]?.id}`} className="button" data-size="small">
            Open
          </Link>
        ) : (
          <Link
            href={`/devices?site=${network.tree.blocks[picked.index]?.siteId ?? 'none'}`}
            className="button"
            data-size="small"
          >
            Its devices
          </Link>
        )}
        <button type="button" className="button" data-size="small" onClick={props.onShow}>
          Zoom here
        </button>
      </div>
    </section>
  )
}

function DeviceFacts({ network, states, picked, onPick }: Props) {
  useVersion(states)
  const { tree, edges, siteNames } = network
  const device = tree.devices[picked.index]
  if (!device) return null
  const site = siteNames.get(device.siteId ?? 0)
  return (
    <>
      <p className={styles.panelState}>
        <StateMark status={states.of(picked.index)} />
        <span className="muted dotted">
          <span>{roleWords[device.role]}</span>
          {site && <span>{site}</span>}
          <span className="address">{device.address}</span>
          {device.client && (
            <span>
              <Link href={`/clients/${device.clientId}`} prefetch={false} className="link">
                {device.client}
              </Link>
            </span>
          )}
        </span>
      </p>
      <ul className={styles.ups} aria-label="Hangs on">
        {(tree.ups[picked.index] ?? []).map((up) => {
          const edge = edges.get(`${device.id} ${tree.devices[up]?.id}`)
          return (
            <li key={up}>
              <StateMark status={states.of(up)} word={false} />
              <button type="button" className="link clip" onClick={() => onPick({ kind: 'device', index: up })}>
                {tree.devices[up]?.name}
              </button>
              {edge && (
                <span className="muted">
                  {provenanceWords[edge.provenance]}
                  {edge.confidence < 1 && `, ${Math.round(edge.confidence * 100)} %`}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {tree.ups[picked.index]?.length === 0 && <p className="muted">Hangs on nothing that is known.</p>}
    </>
  )
}

function SiteFacts({ network, states, block }: { network: Network; states: LiveStates; block: number }) {
  useVersion(states)
  const { tree } = network
  const dark = darkInBlocks(tree, states)[block] ?? 0
  const above = tree.blocks[tree.blocks[block]?.parent ?? -1]?.name
  return (
    <p className="muted dotted">
      <span>{counted(tree.blocks[block]?.devices ?? 0, 'device')}</span>
      <span>{dark > 0 ? <strong className={styles.dark}>{dark} dark</strong> : 'nothing dark'}</span>
      {above && <span>hangs on {above}</span>}
    </p>
  )
}

const fewNames = 3

/** "What would go dark if this fell": in words at once, and on the map when asked. */
function Fall({ network, states, picked, isFalling, setFalling }: Props) {
  const version = useVersion(states)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version are other states
  const { sentence, clients, more } = useMemo(() => {
    const { tree } = network
    const fallen = fallenOf(tree, picked)
    const down = downNow(states, tree)
    const falling = whatFallsWith(tree, fallen, down)
    return fallWords(tree.devices, { fallen, falling, isDark: fallen.every((one) => down.has(one)) })
  }, [network, states, version, picked])
  const rest = clients.length - fewNames
  return (
    <div className={styles.fall}>
      <p className="strong">{sentence}</p>
      {clients.length > 0 && (
        <p className="muted">
          {clients.slice(0, fewNames).join(', ')}
          {rest > 0 && ` and ${rest} more`}. {more}
        </p>
      )}
      <label className="check">
        <input type="checkbox" checked={isFalling} onChange={(event) => setFalling(event.target.checked)} />
        Show it on the map
      </label>
    </div>
  )
}
