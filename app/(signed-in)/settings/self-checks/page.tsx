import type { Metadata } from 'next'
import Link from 'next/link'
import { BeatRefresh } from '@/app/ui/job/beat-refresh'
import { CheckForm } from '@/app/ui/settings/check-form'
import { CheckItem } from '@/app/ui/settings/check-list'
import styles from '@/app/ui/settings/settings.module.css'
import { kindLabel } from '@/lib/domain/channel-fields'
import { isTested, wantedChecks } from '@/lib/domain/self-checks'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listCheckedChannels } from '@/lib/store/check-facts'
import { readCheckSettings } from '@/lib/store/check-settings'
import { listChecks } from '@/lib/store/self-checks'
import { readSetting } from '@/lib/store/settings'

export const metadata: Metadata = { title: 'Self-checks' }

/** What Beatline checks of itself, what came of it, and when it is done. */
export default async function SelfChecksPage() {
  const [session, { settings, deadManUrl }, channels, shown, said] = await Promise.all([
    requireUser(),
    readCheckSettings(),
    listCheckedChannels(),
    listChecks(),
    readSetting('self_checks'),
  ])
  const { houseMail, mailbox } = env()
  const hasMailbox = (houseMail !== undefined && mailbox !== undefined) || shown.some(({ key }) => key === 'mail')
  const wanted = wantedChecks(settings, { hasMailbox, channels })
  const nameOf = new Map(channels.map((channel) => [channel.id, channel.name]))
  const mayWrite = allows(session.role, 'write')
  const testable = channels
    .filter(({ kind }) => kind !== 'web_push')
    .map(({ id, name, kind }) => ({ id, name, kind: kindLabel(kind), tested: isTested({ id, kind }, settings) }))
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Self-checks</h1>
      </header>
      <p>
        What tells you of silence can fall silent itself. So Beatline checks its own ways, each as a job of the house.
        One that fails, or is not made any more, is an incident like any other, told by another way than the one that
        was checked.
      </p>
      {wanted.length === 0 ? (
        <p className="note">Nothing is checked yet: it begins with the first phone or channel that is told.</p>
      ) : (
        <ul>
          {wanted.map((check, i) => (
            <CheckItem
              key={check.key}
              wanted={check}
              shown={shown.find(({ key }) => key === check.key)}
              told={(check.told ?? []).map((id) => nameOf.get(id) ?? '')}
              mayWrite={mayWrite}
              explained={wanted.findIndex(({ kind }) => kind === check.kind) === i}
            />
          ))}
        </ul>
      )}
      {shown.map(({ jobId }) => jobId !== null && <BeatRefresh key={jobId} id={jobId} />)}
      {!hasMailbox && (
        <p className="hint">
          {houseMail ? 'Beatline can send mail, but reads no mailbox' : 'Beatline has no mail server of its own'}: with{' '}
          <code>SMTP_URL</code> and <code>IMAP_URL</code> set for web and keeper it mails itself and looks whether it
          arrives.
        </p>
      )}
      {mayWrite && (
        <section className={styles.block}>
          <h2>What is checked, and when</h2>
          <CheckForm
            settings={settings}
            otherMonitor={placeOf(deadManUrl)}
            channels={testable}
            isSaid={said !== null}
          />
        </section>
      )}
      <section className={styles.block}>
        <h2>From outside</h2>
        <p>
          When the whole house is dark, nobody in it can tell. Either another monitor waits for the ping above, or{' '}
          <Link href="/settings/heartbeats" className="link">
            a crontab on another machine
          </Link>{' '}
          asks whether all is well.
        </p>
      </section>
    </div>
  )
}

/** The server of an address alone: the rest of it opens a door. */
function placeOf(url: string | null): string | null {
  return url === null ? null : `${new URL(url).origin}/•••`
}
