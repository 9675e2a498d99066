import type { Metadata } from 'next'
import Link from 'next/link'
import { DeviceFilters } from '@/app/ui/device/device-filters'
import { deviceHref, readDeviceSearch } from '@/app/ui/device/device-search'
import { DeviceTable } from '@/app/ui/device/device-table'
import { Icon } from '@/app/ui/icons'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readPulse } from '@/lib/store/board'
import { listDevices } from '@/lib/store/devices'
import { listTags } from '@/lib/store/neighbours'
import { listSites } from '@/lib/store/sites'
import { countOpenSuggestions } from '@/lib/store/suggestion-list'

export const metadata: Metadata = { title: 'Devices' }

const pageSize = 100

export default async function DevicesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [session, params] = await Promise.all([requireUser(), searchParams])
  const search = readDeviceSearch(params)
  const [{ items, next }, { counts }, sites, tags, suggested] = await Promise.all([
    listDevices({ ...search, limit: pageSize }),
    readPulse(),
    listSites(),
    listTags(200),
    countOpenSuggestions(),
  ])
  const mayWrite = allows(session.role, 'write')
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
  return (
    <div className="page">
      <header className="page-head">
        <hgroup className="row">
          <h1>Devices</h1>
          <p className="muted num">{new Intl.NumberFormat('en').format(total)}</p>
        </hgroup>
        {mayWrite && (
          <>
            <Link href="/discovery/new" className="button desk-only">
              <Icon name="search" size={16} />
              Find
            </Link>
            <Link href="/devices/import" className="button desk-only">
              <Icon name="upload" size={16} />
              Import
            </Link>
            <Link href="/devices/new" className="button" data-kind="primary">
              <Icon name="plus" size={16} />
              Add a device
            </Link>
          </>
        )}
      </header>
      {suggested > 0 && (
        <p className="note" data-tone="blue">
          <span>
            What walks say of {suggested === 1 ? 'one device' : `${suggested} devices`} is not what was made by hand.{' '}
            <Link href="/topology" className="link">
              Look at it
            </Link>
          </span>
        </p>
      )}
      {total > 0 && (
        <DeviceFilters
          search={search}
          counts={counts}
          sites={sites.map(({ id, name }) => ({ id, name }))}
          tags={tags}
        />
      )}
      {items.length > 0 ? (
        <DeviceTable devices={items} search={search} mayWrite={mayWrite} />
      ) : total === 0 ? (
        <div className="empty">
          <h2>No device yet.</h2>
          <p>Add one by its address, import a list of all of them, or have a probe find what is there.</p>
          {mayWrite && (
            <Link href="/discovery/new" className="button">
              <Icon name="search" size={16} />
              Find devices
            </Link>
          )}
        </div>
      ) : (
        <div className="empty">
          <h2>Nothing matches.</h2>
          <p>
            <Link href="/devices" className="link">
              Show every device
            </Link>
          </p>
        </div>
      )}
      {(next || search.cursor) && (
        <nav className="row" aria-label="Pages">
          {search.cursor && (
            <Link href={deviceHref({ ...search, cursor: undefined })} className="button">
              To the start
            </Link>
          )}
          {next && (
            <Link href={deviceHref({ ...search, cursor: next })} className="button">
              Next {pageSize}
              <Icon name="right" size={16} />
            </Link>
          )}
        </nav>
      )}
    </div>
  )
}
