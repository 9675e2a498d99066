import Link from 'next/link'
import type { DeviceFacts, InterfaceFact, NeighbourFact, RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { NamedDevice } from '@/lib/store/device-facts'
import { spanWords } from '../time-words'
import styles from './fact-tables.module.css'
import { dbmWords, distanceWords, portWords, rateWords } from './topology-words'

type Names = ReadonlyMap<string, NamedDevice>
const mostShown = 100
const fewPorts = 12

/** What a walk found in tables: radios with their stations, far ends, what is heard on ports, the ports themselves. */
export function FactTables({ facts, names }: { facts: DeviceFacts; names: Names }) {
  const ports = new Map(facts.interfaces.map((one) => [one.index, one.name]))
  return (
    <>
      {facts.radios.length > 0 && <Radios radios={facts.radios} ports={ports} names={names} />}
      {(facts.stations.length > 0 || (facts.stationCount ?? 0) > 0) && (
        <Stations stations={facts.stations} count={facts.stationCount} names={names} />
      )}
      {facts.links.length > 0 && <Links facts={facts} names={names} />}
      {facts.neighbours.length > 0 && <Heard neighbours={facts.neighbours} ports={ports} names={names} />}
      {facts.interfaces.length > 0 && <Ports interfaces={facts.interfaces} />}
    </>
  )
}

function Known({ names, keys, otherwise }: { names: Names; keys: (string | null)[]; otherwise: string }) {
  const device = keys.map((key) => (key === null ? undefined : names.get(key))).find(Boolean)
  if (!device) return <span>{otherwise}</span>
  return (
    <Link href={`/devices/${device.id}`} prefetch={false} className="row-link link">
      {device.name}
    </Link>
  )
}

const modeWords = { ap: 'Access point', station: 'Station', ptp: 'Point to point' } as const

function Radios({ radios, ports, names }: { radios: RadioFact[]; ports: ReadonlyMap<number, string>; names: Names }) {
  const [hasSignal, hasAp] = [radios.some((one) => one.signalDbm !== null), radios.some((one) => one.apMac !== null)]
  return (
    <section className="section">
      <h2>Radios</h2>
      <table className={`table ${styles.table}`}>
        <thead>
          <tr>
            <th>Radio</th>
            <th>Network</th>
            {hasAp && <th className={styles.wide}>Hangs on</th>}
            <th data-align="right">Frequency</th>
            {hasSignal && <th data-align="right">Signal</th>}
            <th data-align="right" className={styles.wide}>
              Noise
            </th>
          </tr>
        </thead>
        <tbody>
          {radios.map((radio, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a table that is read as a whole have no other name
            <tr key={i}>
              <td>
                {radio.mode ? modeWords[radio.mode] : (ports.get(radio.ifIndex ?? -1) ?? 'Radio')}
                {radio.mode && ports.has(radio.ifIndex ?? -1) && (
                  <span className="muted"> {ports.get(radio.ifIndex ?? -1)}</span>
                )}
              </td>
              <td className={styles.break}>{radio.ssid}</td>
              {hasAp && (
                <td className={styles.wide}>
                  <Known names={names} keys={[radio.apMac]} otherwise={radio.apMac ?? ''} />
                </td>
              )}
              <td data-align="right">{radio.frequencyMhz === null ? '' : `${radio.frequencyMhz} MHz`}</td>
              {hasSignal && <td data-align="right">{dbmWords(radio.signalDbm)}</td>}
              <td data-align="right" className={styles.wide}>
                {dbmWords(radio.noiseDbm)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The weakest first: they are the ones that call. */
function Stations({ stations, count, names }: { stations: StationFact[]; count: number | null; names: Names }) {
  const sorted = [...stations].sort((a, b) => (a.signalDbm ?? 0) - (b.signalDbm ?? 0))
  return (
    <section className="section">
      <h2>
        Stations <span className="muted num">{count ?? stations.length}</span>
      </h2>
      {sorted.length === 0 ? (
        <p className="muted">It counts them, and does not name them.</p>
      ) : (
        <table className={`table ${styles.table}`}>
          <thead>
            <tr>
              <th>Station</th>
              <th className={styles.wide}>MAC</th>
              <th className={styles.wide}>Address</th>
              <th data-align="right">Signal</th>
              <th data-align="right" className={styles.wide}>
                SNR
              </th>
              <th data-align="right" className={styles.wide}>
                Distance
              </th>
              <th data-align="right" className={styles.wide}>
                To it
              </th>
              <th data-align="right">Since</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, mostShown).map((one, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a MAC may be masked, and then the same in several rows
              <tr key={i}>
                <td className={styles.break}>
                  <Known
                    names={names}
                    keys={[one.ip, one.mac]}
                    otherwise={one.name ?? one.ip ?? one.mac ?? 'unnamed'}
                  />
                </td>
                <td className={`${styles.wide} muted num`}>{one.mac}</td>
                <td className={`${styles.wide} address`}>{one.ip}</td>
                <td data-align="right">{dbmWords(one.signalDbm)}</td>
                <td data-align="right" className={styles.wide}>
                  {one.snrDb === null ? '' : `${Math.round(one.snrDb)} dB`}
                </td>
                <td data-align="right" className={styles.wide}>
                  {distanceWords(one.distanceM)}
                </td>
                <td data-align="right" className={styles.wide}>
                  {rateWords(one.txBps)}
                </td>
                <td data-align="right">{one.uptimeSeconds === null ? '' : spanWords(one.uptimeSeconds * 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More all={sorted.length} />
    </section>
  )
}

const More = ({ all, most = mostShown }: { all: number; most?: number }) =>
  all > most ? <p className="muted num">and {all - most} more</p> : null

function Links({ facts, names }: { facts: DeviceFacts; names: Names }) {
  return (
    <section className="section">
      <h2>Far ends</h2>
      <table className={`table ${styles.table}`}>
        <thead>
          <tr>
            <th>Far end</th>
            <th>Link</th>
            <th data-align="right">Signal</th>
            <th data-align="right" className={styles.wide}>
              Distance
            </th>
            <th data-align="right">Carries</th>
          </tr>
        </thead>
        <tbody>
          {facts.links.map((link, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a far end may have neither MAC nor name
            <tr key={i}>
              <td>
                <Known
                  names={names}
                  keys={[link.remoteIp, link.remoteMac]}
                  otherwise={link.remoteName ?? link.remoteIp ?? link.remoteMac ?? 'unnamed'}
                />
              </td>
              <td>{link.up === null ? '' : link.up ? 'up' : <span className={styles.down}>down</span>}</td>
              <td data-align="right">{dbmWords(link.signalDbm)}</td>
              <td data-align="right" className={styles.wide}>
                {distanceWords(link.distanceM)}
              </td>
              <td data-align="right">{rateWords(link.capacityBps)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Heard({
  neighbours,
  ports,
  names,
}: {
  neighbours: NeighbourFact[]
  ports: ReadonlyMap<number, string>
  names: Names
}) {
  return (
    <section className="section">
      <h2>Heard on its ports</h2>
      <table className={`table ${styles.table}`}>
        <thead>
          <tr>
            <th>Neighbour</th>
            <th>On port</th>
            <th className={styles.wide}>Its port</th>
            <th className={styles.wide}>What it is</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          {neighbours.slice(0, mostShown).map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one neighbour is heard on several ports, by several protocols
            <tr key={i}>
              <td className={styles.break}>
                <Known
                  names={names}
                  keys={[...one.addresses, one.mac]}
                  otherwise={one.name ?? one.addresses[0] ?? one.mac ?? one.chassis ?? 'unnamed'}
                />
              </td>
              <td className={styles.break}>{ports.get(one.ifIndex ?? -1) ?? one.localPort}</td>
              <td className={`${styles.wide} ${styles.break}`}>{one.port}</td>
              <td className={`${styles.wide} ${styles.break} muted`}>{one.platform}</td>
              <td className="muted">{one.protocol.toUpperCase()}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More all={neighbours.length} />
    </section>
  )
}

const portOrder = { up: 0, idle: 1, unknown: 2, down: 3, off: 4 } as const

function Ports({ interfaces }: { interfaces: InterfaceFact[] }) {
  const sorted = [...interfaces].sort((a, b) => portOrder[portWords(a)] - portOrder[portWords(b)] || a.index - b.index)
  const up = sorted.filter((one) => portWords(one) === 'up').length
  const head = (
    <>
      Ports{' '}
      <span className="muted num">
        {up} of {sorted.length} up
      </span>
    </>
  )
  if (sorted.length <= fewPorts) {
    return (
      <section className="section">
        <h2>{head}</h2>
        <PortTable interfaces={sorted} />
      </section>
    )
  }
  return (
    <details className={styles.fold}>
      <summary>
        <h2>{head}</h2>
      </summary>
      <PortTable interfaces={sorted.slice(0, 500)} />
      <More all={sorted.length} most={500} />
    </details>
  )
}

function PortTable({ interfaces }: { interfaces: InterfaceFact[] }) {
  return (
    <table className={`table ${styles.table}`}>
      <thead>
        <tr>
          <th>Port</th>
          <th>State</th>
          <th className={styles.wide}>MAC</th>
          <th data-align="right">Speed</th>
        </tr>
      </thead>
      <tbody>
        {interfaces.map((one) => {
          const state = portWords(one)
          return (
            <tr key={one.index}>
              <td className={styles.break}>
                {one.name || `Port ${one.index}`} {one.alias && <span className="muted">{one.alias}</span>}
              </td>
              <td className={state === 'up' ? styles.up : 'muted'}>{state}</td>
              <td className={`${styles.wide} muted num`}>{one.mac}</td>
              <td data-align="right">{state === 'up' ? rateWords(one.speedBps) : ''}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
