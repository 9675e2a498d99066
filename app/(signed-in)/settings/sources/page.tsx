import type { Metadata } from 'next'
import Link from 'next/link'
import { Icon } from '@/app/ui/icons'
import settings from '@/app/ui/settings/settings.module.css'
import styles from '@/app/ui/source/source.module.css'
import { kindWords, listedWords, standingOf } from '@/app/ui/source/source-words'
import { Ago } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listSources, type StoredSource } from '@/lib/store/sources'

export const metadata: Metadata = { title: 'Sources' }

export default async function SourcesPage() {
  const [{ role }, sources] = await Promise.all([requireUser(), listSources()])
  const mayWrite = allows(role, 'write')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Sources</h1>
        {mayWrite && sources.length > 0 && (
          <Link href="/settings/sources/new" className="button" data-kind="primary">
            <Icon name="plus" size={16} />
            Add a source
          </Link>
        )}
      </header>
      <p className="muted">
        Sites, devices, clients and services come from where they are kept already, and stay in line with it. What you
        edit here stays as you made it. A source also says what is dark, where no ping does.
      </p>
      {sources.length > 0 ? (
        <ul>
          {sources.map((source) => (
            <SourceItem key={source.id} source={source} />
          ))}
        </ul>
      ) : (
        <div className="empty">
          <h2>No source yet.</h2>
          <p>With one, an outage names the clients behind it, and nobody types them in twice.</p>
          {mayWrite && (
            <Link href="/settings/sources/new" className="button" data-kind="primary">
              Add a source
            </Link>
          )}
        </div>
      )}
    </div>
  )
}

function SourceItem({ source }: { source: StoredSource }) {
  const { word, tone } = standingOf(source)
  const listed = listedWords(source)
  return (
    <li className={settings.item}>
      <div className={settings.itemText}>
        <span className="row">
          <Link href={`/settings/sources/${source.id}`} className="strong link">
            {source.name}
          </Link>
          <span className={styles.state} data-tone={tone}>
            {word}
          </span>
        </span>
        <span className="muted num">
          {kindWords[source.kind].name}, {source.detail}
          {source.lastSyncAt && (
            <>
              ; read <Ago at={source.lastSyncAt} />
              {listed && `: ${listed}`}
            </>
          )}
        </span>
        {source.fault && <span className="problem">{source.fault}</span>}
      </div>
      <div className={settings.itemActions}>
        <Link
          href={`/settings/sources/${source.id}`}
          className="button"
          data-size="small"
          aria-label={`Open ${source.name}`}
        >
          {source.plannedId === null ? 'Open' : 'Look'}
        </Link>
      </div>
    </li>
  )
}
