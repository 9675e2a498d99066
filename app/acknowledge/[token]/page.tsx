import type { Metadata } from 'next'
import { headers } from 'next/headers'
import Link from 'next/link'
import styles from '@/app/ui/incident/acknowledge.module.css'
import { Asked } from '@/app/ui/incident/acknowledge-asked'
import { AcknowledgeForm } from '@/app/ui/incident/acknowledge-form'
import { Logo } from '@/app/ui/logo'
import { readToken } from '@/lib/action-tokens'
import { allows, type Session } from '@/lib/rights'
import { sessionOfCookieHeader } from '@/lib/session'
import { linkState } from '@/lib/store/incident-links'
import { findIncidentHead, type Incident } from '@/lib/store/incidents'

export const metadata: Metadata = {
  title: 'Acknowledge',
  robots: { index: false, follow: false },
}

/**
 * Where the link of a message leads, for whoever holds it: what it is about, and a button. Opening it changes nothing, as
 * mail programs and chats open links by themselves.
 */
export default async function AcknowledgePage({ params }: { params: Promise<{ token: string }> }) {
  const [{ token }, sent] = await Promise.all([params, headers()])
  const session = await sessionOfCookieHeader(sent.get('cookie'))
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <Answer text={token} session={session} />
      </div>
    </main>
  )
}

async function Answer({ text, session }: { text: string; session: Session | null }) {
  const read = readToken(text, new Date())
  if ('refused' in read) return <Refused title={refusals[read.refused]} />
  const [state, incident] = await Promise.all([linkState(read.token), findIncidentHead(read.token.incidentId)])
  if (!state || !incident) return <Refused title="What this link was about is no longer there" />
  return (
    <>
      <Logo mood={incident.resolvedAt ? 'quiet' : 'down'} />
      <Asked incident={incident} />
      {standing(incident, state.spent) ?? (
        <AcknowledgeForm
          token={text}
          channel={state.channel}
          isNamed={session !== null && allows(session.role, 'write')}
        />
      )}
      {session && (
        <p>
          <Link href={`/incidents/${incident.id}`} className="link">
            Open the incident
          </Link>
        </p>
      )}
    </>
  )
}

/** Why there is nothing to press; null: there is. */
function standing(incident: Incident, spent: boolean) {
  if (incident.resolvedAt) return <p className="note">It is over: there is nothing to acknowledge any more.</p>
  if (incident.acknowledgedAt)
    return (
      <p className="note" data-tone="up">
        {incident.acknowledgedBy ?? 'Somebody'} is on it.
      </p>
    )
  if (!spent) return null
  return (
    <p className="note" data-tone="amber">
      This link was used once already, and that was taken back since. Sign in to acknowledge it again.
    </p>
  )
}

const refusals = {
  expired: 'This link is older than a week',
  malformed: 'This link is not whole',
  forged: 'This link is not ours',
} as const

function Refused({ title }: { title: string }) {
  return (
    <>
      <Logo mood="away" />
      <h1>{title}</h1>
      <p className="muted">Sign in to see what is dark and to acknowledge it there.</p>
      <p>
        <Link href="/incidents?open=1" className="button" data-kind="primary">
          Open the incidents
        </Link>
      </p>
    </>
  )
}
