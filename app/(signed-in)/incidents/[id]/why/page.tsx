import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { incidentHeadline } from '@/app/ui/incident/incident-words'
import { WhyList } from '@/app/ui/incident/why-list'
import { Clock } from '@/app/ui/time'
import { requireUser } from '@/lib/session'
import { findIncidentHead } from '@/lib/store/incidents'
import { whyOfIncident } from '@/lib/store/why'

export const metadata: Metadata = { title: 'Why was I told, or not?' }

/** Why each channel was told of an incident, or not: the reader's own first. */
export default async function IncidentWhyPage({ params }: { params: Promise<{ id: string }> }) {
  const [session, { id }] = await Promise.all([requireUser(), params])
  const incident = /^\d{1,9}$/.test(id) ? await findIncidentHead(Number(id)) : null
  if (!incident) notFound()
  const whys = await whyOfIncident(incident.id, session.userId)
  return (
    <div className="page" data-width="text">
      <header className="stack">
        <p className="muted">
          <Link href="/incidents" className="link">
            Incidents
          </Link>
          {' / '}
          <Link href={`/incidents/${incident.id}`} className="link">
            #{incident.id}
          </Link>
        </p>
        <h1>Why was I told, or not?</h1>
        <p className="muted">
          {incidentHeadline(incident)}, from <Clock at={incident.openedAt} />
          {incident.resolvedAt && (
            <>
              {' '}
              to <Clock at={incident.resolvedAt} />
            </>
          )}
          . One answer for each channel: nothing was decided that is not here.
        </p>
      </header>
      {whys.length > 0 ? (
        <section>
          <h2 className="visually-hidden">One answer for each channel</h2>
          <WhyList whys={whys} />
        </section>
      ) : (
        <div className="empty">
          <h2>There is no channel.</h2>
          <p>Nobody can be told of anything until there is one.</p>
        </div>
      )}
      <p>
        <Link href={`/why?at=${incident.openedAt.toISOString()}`} className="link">
          Ask about another channel or another time
        </Link>
      </p>
    </div>
  )
}
