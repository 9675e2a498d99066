import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { IncidentHead } from '@/app/ui/incident/incident-head'
import styles from '@/app/ui/incident/incident-page.module.css'
import { incidentHeadline } from '@/app/ui/incident/incident-words'
import { Notices } from '@/app/ui/incident/notices'
import { Timeline } from '@/app/ui/incident/timeline'
import { WhyList } from '@/app/ui/incident/why-list'
import { MessageBox } from '@/app/ui/message/message-box'
import { OutageTable } from '@/app/ui/outage/outage-table'
import { PublicUpdates } from '@/app/ui/status/public-updates'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { findIncident, findIncidentHead } from '@/lib/store/incidents'
import { listUsers } from '@/lib/store/users'
import { whyOfIncident } from '@/lib/store/why'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }
const mostWhys = 3

async function incidentOf<T>(params: Props['params'], find: (id: number) => Promise<T | null>): Promise<T | null> {
  const { id } = await params
  return /^\d{1,9}$/.test(id) ? find(Number(id)) : null
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  await requireUser()
  const incident = await incidentOf(params, findIncidentHead)
  return { title: incident ? incidentHeadline(incident) : 'Incident' }
}

export default async function IncidentPage({ params, searchParams }: Props) {
  const session = await requireUser()
  const [incident, query] = await Promise.all([incidentOf(params, findIncident), searchParams])
  if (!incident) notFound()
  const mayWrite = allows(session.role, 'write')
  const [channels, users, whys] = await Promise.all([
    listChannelChoices(),
    mayWrite ? listUsers() : [],
    whyOfIncident(incident.id, session.userId),
  ])
  return (
    <div className="page">
      <IncidentHead
        incident={incident}
        people={users.filter((user) => allows(user.role, 'write')).map(({ id, name }) => ({ id, name }))}
        channels={channels.map(({ id, name, detail }) => ({ id, name, detail }))}
        mayWrite={mayWrite}
        asksToAcknowledge={query.acknowledge === '1'}
      />
      <div className={styles.columns}>
        <section className="section">
          <h2>What happened</h2>
          <Timeline incident={incident} mayWrite={mayWrite} />
        </section>
        <div className={styles.side}>
          <MessageBox incident={incident.id} isOpen={incident.resolvedAt === null} mayWrite={mayWrite} />
          <section className="section">
            <h2>Outages in it</h2>
            {incident.outages.length > 0 ? (
              <OutageTable of="incident" outages={incident.outages} />
            ) : (
              <p className="muted">None: nothing of its own was dark.</p>
            )}
          </section>
          <PublicUpdates incidentId={incident.id} mayWrite={mayWrite} />
          <section className="section" id="why">
            <div className="section-head">
              <h2>Why was I told, or not?</h2>
              <Link href={`/incidents/${incident.id}/why`} className="link" prefetch={false}>
                {whys.length > mostWhys ? `All ${whys.length} channels` : 'On a page of its own'}
              </Link>
            </div>
            <WhyList whys={whys.slice(0, mostWhys)} />
          </section>
          <Notices messages={incident.messages} />
        </div>
      </div>
    </div>
  )
}
