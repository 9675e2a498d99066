import type { Metadata } from 'next'
import { Icon } from '@/app/ui/icons'
import { ImportPanel } from '@/app/ui/import/import-panel'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Import and export jobs' }

export default async function ImportJobsPage() {
  const { role } = await requireUser()
  if (!allows(role, 'write')) {
    return (
      <div className="page" data-width="text">
        <h1>Import and export jobs</h1>
        <p className="note">
          Your role may read only: the registry holds the addresses of the jobs, which operators see.
        </p>
      </div>
    )
  }
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Import and export jobs</h1>
      </header>
      <section className="section">
        <h2>Export</h2>
        <p className="muted">
          The whole registry with every column, addresses included: keep it as you keep passwords. Imported again it is
          the same registry.
        </p>
        <div className="row">
          {(['csv', 'json'] as const).map((format) => (
            <a key={format} href={`/api/applications/export?format=${format}`} download className="button">
              <Icon name="download" size={16} />
              {format.toUpperCase()}
            </a>
          ))}
        </div>
      </section>
      <section className="section">
        <h2>Import</h2>
        <p className="muted">
          A registry that was exported here, the checks of Healthchecks (API v3, JSON), a backup of Uptime Kuma (JSON),
          or the list of heartbeat.sh: each is known by its shape. A job whose name is known is changed. Nothing is
          written before you have seen what would be. Addresses that jobs had elsewhere go on working here, so that in a
          crontab only the host changes.
        </p>
        <ImportPanel of="jobs" />
      </section>
    </div>
  )
}
