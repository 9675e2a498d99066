import Link from 'next/link'
import { roles } from '@/lib/domain/status'
import type { FoundDevice, FoundFilter } from '@/lib/store/found-devices'
import { rttWords } from '../device/figures'
import { roleWords } from '../role-words'
import { countWords } from './discovery-words'
import { FoundForm, TickAll } from './found-form'
import styles from './found-table.module.css'

/** What a search found, each with what is suggested for it. */
export function FoundTable({
  discovery,
  found,
  show,
  waiting,
  mayWrite,
  empty,
}: {
  discovery: number
  found: FoundDevice[]
  show: FoundFilter
  waiting: number // of this filter
  mayWrite: boolean
  empty: React.ReactNode // in place of rows
}) {
  const whole = show === 'waiting' || show === 'opened' || show === 'pings' ? show : null
  // What was said of the last decision stays, also where nothing is left to show.
  const table =
    found.length === 0 ? (
      empty
    ) : (
      <table className={`table ${styles.found}`}>
        <thead>
          <tr>
            {mayWrite && (
              <th className={styles.tick}>
                <TickAll />
              </th>
            )}
            <th>Address</th>
            <th>Name</th>
            <th>What it is</th>
            <th>Role</th>
            <th>Likely upstream</th>
            <th data-align="right">Answers in</th>
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <FoundRow key={one.id} one={one} mayWrite={mayWrite} />
          ))}
        </tbody>
      </table>
    )
  if (!mayWrite) return table
  return (
    <FoundForm discovery={discovery} show={whole} waiting={waiting} words={wholeWords(show, waiting)}>
      {table}
    </FoundForm>
  )
}

function wholeWords(show: FoundFilter, waiting: number): string {
  if (waiting === 1) return 'Watch it'
  const which = show === 'opened' ? ' that SNMP opened' : show === 'pings' ? ' that only answer pings' : ''
  return `Watch all ${countWords(waiting)}${which}`
}

function FoundRow({ one, mayWrite }: { one: FoundDevice; mayWrite: boolean }) {
  const { suggested, device, decision } = one
  const isOpen = device === null && decision !== 'accepted' && suggested.sameAs === null
  return (
    <tr data-settled={!isOpen || decision === 'dismissed' || undefined}>
      {mayWrite && (
        <td className={styles.tick}>
          {isOpen && (
            <input type="checkbox" className="tick" name="id" value={one.id} aria-label={`Select ${one.address}`} />
          )}
        </td>
      )}
      <td className={`${styles.address} address`}>{one.address}</td>
      <td className={styles.name}>
        {device ? (
          <Link href={`/devices/${device.id}`} className="row-link">
            {device.name}
          </Link>
        ) : suggested.sameAs ? (
          <span className="muted">Another address of {suggested.sameAs.address}</span>
        ) : mayWrite && decision === null ? (
          <input
            className={styles.edit}
            name={`name-${one.id}`}
            defaultValue={suggested.name}
            aria-label={`Name of ${one.address}`}
            maxLength={120}
            spellCheck={false}
            autoComplete="off"
          />
        ) : (
          <span className="strong">{suggested.name}</span>
        )}
      </td>
      <td className={styles.what}>
        <What one={one} />
      </td>
      <td className={styles.role}>
        {isOpen && mayWrite && decision === null ? (
          <select
            className={styles.edit}
            name={`role-${one.id}`}
            defaultValue={suggested.role}
            aria-label={`Role of ${one.address}`}
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {roleWords[role]}
              </option>
            ))}
          </select>
        ) : (
          !suggested.sameAs && roleWords[device?.role ?? suggested.role]
        )}
      </td>
      <td className={styles.upstream} data-upstream={(isOpen && suggested.upstream !== null) || undefined}>
        {decision === 'dismissed' ? (
          <span className="muted">Dismissed</span>
        ) : device ? (
          <span className="muted">{decision === 'accepted' ? 'Watched' : 'Watched before'}</span>
        ) : (
          isOpen &&
          suggested.upstream && (
            <>
              <span>{suggested.upstream.name}</span> <span className="muted">{suggested.upstream.how}</span>
            </>
          )
        )}
      </td>
      <td data-align="right" className={styles.rtt}>
        {rttWords(one.rttMs) || <span className="muted">no ping</span>}
      </td>
    </tr>
  )
}

function What({ one }: { one: FoundDevice }) {
  if (!one.opened) return <span className="muted">answers pings only</span>
  const model = [one.vendor, one.model].filter(Boolean).join(' ')
  return (
    <>
      <span>{model || 'opened, of no known make'}</span> {one.firmware && <span className="muted">{one.firmware}</span>}
      {one.stations > 0 && <span className="muted">, {countWords(one.stations, 'station')}</span>}
    </>
  )
}
