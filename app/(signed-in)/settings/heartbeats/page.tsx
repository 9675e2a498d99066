import type { Metadata } from 'next'
import Link from 'next/link'
import { CopyButton } from '@/app/ui/copy-button'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { renewKey } from '@/app/ui/job/key-actions'
import panel from '@/app/ui/job/snippet-panel.module.css'
import styles from '@/app/ui/settings/settings.module.css'
import { selfCheckCrontab } from '@/lib/domain/self-check'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { pingKey } from '@/lib/store/job-index'

export const metadata: Metadata = { title: 'Heartbeats' }

export default async function HeartbeatsPage() {
  const session = await requireUser()
  const { siteUrl } = env()
  const mayWrite = allows(session.role, 'write')
  const key = mayWrite ? await pingKey() : null
  const crontab = selfCheckCrontab({ siteUrl, mailTo: session.email ?? 'root' })
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Heartbeats</h1>
      </header>
      {key === null ? (
        <p className="note">Your role may read only: the ping key is shown to operators.</p>
      ) : (
        <section className="section">
          <h2>Ping key</h2>
          <p>
            With this key jobs are called by name, and made by their first beat:{' '}
            <code>{`${siteUrl}/ping/KEY/NAME?create=1`}</code>, <code>/beat/NAME?key=KEY</code>,{' '}
            <code>/p/KEY/NAME</code>. Whoever has it can make jobs and beat for those whose name he knows.
          </p>
          <code className="secret">{key}</code>
          <div className="row">
            <CopyButton text={key} label="Copy the ping key" />
            <CopyButton
              text={`curl -fsS -m 10 --retry 5 -o /dev/null '${siteUrl}/ping/${key}/my-first-job?create=1'\n`}
              word="curl that makes a job"
              label="Copy a curl line that makes a job"
            />
            <ConfirmButton
              action={renewKey}
              fields={{}}
              verb="Renew"
              size="small"
              ask="Make another key? Addresses with this one stop at once; those with a job’s own uuid go on."
            />
          </div>
        </section>
      )}
      <section className={styles.block}>
        <h2>Who watches Beatline</h2>
        <p>
          What tells you of silence can fall silent itself. Put these lines into the crontab of another machine: every 5
          minutes they ask whether the database, the keeper and the probes are well, and mail what was answered when
          that is anything but OK, or nothing.
        </p>
        <pre className={`secret ${panel.block}`}>{crontab.trimEnd()}</pre>
        <div className="row">
          <CopyButton text={crontab} label="Copy the crontab block" />
        </div>
        <p className="muted">
          <a href="/health" className="link">
            /health
          </a>{' '}
          answers 200 or 503;{' '}
          <a href="/api/status" className="link">
            /api/status
          </a>{' '}
          adds when the last cycle without an error ended, as yyyymmddhhmmss.
        </p>
      </section>
      <section className={styles.block}>
        <h2>More</h2>
        <p>
          <Link href="/jobs/import" className="link">
            Import from another service, or export the registry
          </Link>
          ;{' '}
          <Link href="/blackouts" className="link">
            blackouts
          </Link>
          ;{' '}
          <a href="/api/docs" className="link">
            the REST interface
          </a>
          .
        </p>
      </section>
    </div>
  )
}
