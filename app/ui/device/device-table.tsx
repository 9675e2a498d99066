import Link from 'next/link'
import type { Device } from '@/lib/store/devices'
import { LiveState } from '../live'
import { Since } from '../time'
import { BulkForm, SelectAll } from './bulk-form'
import { type DeviceSearch, deviceHref } from './device-search'
import styles from './device-table.module.css'
import { lossWords, rttWords } from './figures'

/** The dense list: 36 px a row on a desk, 52 px under a thumb. */
export function DeviceTable({
  devices,
  search,
  mayWrite,
}: {
  devices: Device[]
  search: DeviceSearch
  mayWrite: boolean
}) {
  const table = (
    <table className={`table ${styles.devices}`}>
      <thead>
        <tr>
          {mayWrite && (
            <th className={styles.tick}>
              <SelectAll />
            </th>
          )}
          <SortHead search={search} sort="status" name="State" />
          <SortHead search={search} sort="name" name="Name" />
          <th className={styles.wide}>Address</th>
          <th className={styles.wide}>Site</th>
          <th className={styles.wide}>Upstream</th>
          <th data-align="right" className={styles.wide}>
            Round trip
          </th>
          <th data-align="right" className={styles.wide}>
            Loss
          </th>
          <SortHead search={search} sort="since" name="For" align="right" />
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <DeviceRow key={device.id} device={device} mayWrite={mayWrite} />
        ))}
      </tbody>
    </table>
  )
  return mayWrite ? <BulkForm>{table}</BulkForm> : table
}

function DeviceRow({ device, mayWrite }: { device: Device; mayWrite: boolean }) {
  return (
    <tr>
      {mayWrite && (
        <td className={styles.tick}>
          <input type="checkbox" className="tick" name="id" value={device.id} aria-label={`Select ${device.name}`} />
        </td>
      )}
      <td className={styles.state}>
        <LiveState id={device.id} status={device.status} since={device.statusSince.toISOString()} />
      </td>
      <td className={styles.name}>
        <Link href={`/devices/${device.id}`} prefetch={false} className="row-link">
          {device.name}
        </Link>
        {device.flappingSince && <span className={styles.flapping}>flapping</span>}
        <span className={styles.under}>
          {device.address}
          {device.siteName ? ` · ${device.siteName}` : ''}
        </span>
      </td>
      <td className={`${styles.wide} address`}>{device.address}</td>
      <td className={styles.wide}>{device.siteName}</td>
      <td className={`${styles.wide} muted`}>{device.upstream.map((up) => up.name).join(', ')}</td>
      <td data-align="right" className={styles.wide}>
        {rttWords(device.rttMs)}
      </td>
      <td data-align="right" className={styles.wide} data-lossy={(device.loss ?? 0) > 0 || undefined}>
        {lossWords(device.loss)}
      </td>
      <td data-align="right" className={styles.since}>
        <Since at={device.statusSince} />
      </td>
    </tr>
  )
}

function SortHead({
  search,
  sort,
  name,
  align,
}: {
  search: DeviceSearch
  sort: 'name' | 'status' | 'since'
  name: string
  align?: 'right'
}) {
  const sorted = (search.sort ?? 'name') === sort
  return (
    <th data-align={align} aria-sort={sorted ? (sort === 'since' ? 'descending' : 'ascending') : undefined}>
      <Link
        href={deviceHref({ ...search, cursor: undefined, sort })}
        className={styles.sort}
        data-sorted={sorted || undefined}
      >
        {name}
      </Link>
    </th>
  )
}
