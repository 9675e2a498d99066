import type { Metadata } from 'next'
import Link from 'next/link'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import styles from '@/app/ui/settings/settings.module.css'
import { saveSite } from '@/app/ui/settings/site-actions'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Sites' }

export default async function SitesPage() {
  const [session, sites] = await Promise.all([requireUser(), listSites()])
  const mayWrite = allows(session.role, 'write')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Sites</h1>
      </header>
      <p className="muted">
        A tower, a POP, a data room. Its rule holds for each of its devices that has none of its own.
      </p>
      {mayWrite && (
        <ActionForm action={saveSite} className={styles.inline ?? ''} clearWhenDone>
          <Field name="name" label="New site" placeholder="North Ridge" autoComplete="off" />
          <SubmitButton>Add the site</SubmitButton>
          <FormMessage />
        </ActionForm>
      )}
      {sites.length === 0 ? (
        <p className="muted">No site yet. An import makes those that it names.</p>
      ) : (
        <ul>
          {sites.map((site) => (
            <li key={site.id} className={styles.item}>
              <div className={styles.itemText}>
                <Link href={`/devices?site=${site.id}`} className="strong">
                  {site.name}
                </Link>
                <span className="muted num">
                  {site.devices} {site.devices === 1 ? 'device' : 'devices'}
                  {ruleWords(site)}
                </span>
              </div>
              {mayWrite && (
                <Link
                  href={`/settings/sites/${site.id}`}
                  className="button"
                  data-size="small"
                  aria-label={`Edit ${site.name}`}
                >
                  Edit
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function ruleWords(site: { isolateMisses: number | null; isolateSeconds: number | null; pingInterval: number | null }) {
  const own = [
    site.isolateMisses && `${site.isolateMisses} misses`,
    site.isolateSeconds && `within ${site.isolateSeconds} s`,
    site.pingInterval && `pinged every ${site.pingInterval} s`,
  ].filter(Boolean)
  return own.length > 0 ? `, ${own.join(', ')}` : ''
}
