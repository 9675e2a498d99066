import type { Metadata } from 'next'
import Link from 'next/link'
import { askedAt } from '@/app/ui/incident/asked-at'
import { incidentHeadline, incidentStatus } from '@/app/ui/incident/incident-words'
import { DecisionList, WhyAnswer } from '@/app/ui/incident/why-list'
import styles from '@/app/ui/incident/why-list.module.css'
import { WhyQuestion } from '@/app/ui/incident/why-question'
import { StateShape } from '@/app/ui/state-mark'
import { Clock } from '@/app/ui/time'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { type MomentWhy, whyAt } from '@/lib/store/why'

export const metadata: Metadata = { title: 'Why was I told, or not?' }

type Props = { searchParams: Promise<Record<string, string | string[]>> }

/** Why a channel was told, or not, at a time: over everything that was open then. */
export default async function WhyPage({ searchParams }: Props) {
  const [session, params] = await Promise.all([requireUser(), searchParams])
  const channels = await listChannelChoices()
  const asked = Number(typeof params.channel === 'string' ? params.channel : Number.NaN)
  const own = channels.find(({ kind, detail }) => kind === 'web_push' && detail === session.email)
  const channel = channels.find(({ id }) => id === asked) ?? own ?? channels[0]
  const at = askedAt(params.at, params.zone) ?? Date.now()
  const found = channel ? await whyAt(channel.id, new Date(at), session.userId) : null
  return (
    <div className="page" data-width="text">
      <header className="stack">
        <h1>Why was I told, or not?</h1>
        <p className="muted">Every evaluation is kept. Choose a channel and a time, and read what was decided then.</p>
      </header>
      {channel && <WhyQuestion key={`${channel.id} ${at}`} channels={channels} channel={channel.id} at={at} />}
      {channel && found && <Answers name={channel.name} at={at} found={found} />}
      {!channel && (
        <div className="empty">
          <h2>There is no channel.</h2>
          <p>Nobody can be told of anything until there is one.</p>
        </div>
      )}
    </div>
  )
}

function Answers({ name, at, found }: { name: string; at: number; found: MomentWhy[] }) {
  if (found.length === 0)
    return (
      <div className="empty">
        <h2>There was nothing to tell.</h2>
        <p>
          No incident was open at <Clock at={at} seconds={false} /> or in the hour before.
        </p>
      </div>
    )
  return (
    <section className="section">
      <h2>
        {name} at <Clock at={at} seconds={false} />: {found.length === 1 ? '1 incident' : `${found.length} incidents`}
      </h2>
      <ul className={styles.list}>
        {found.map(({ incident, why, later }) => (
          <li key={incident.id} className={styles.item}>
            <h3 className="row">
              <StateShape status={incidentStatus(incident)} />
              <Link href={`/incidents/${incident.id}/why`} className="link">
                {incidentHeadline(incident)}
              </Link>
            </h3>
            <p className={`muted dotted`}>
              {incident.siteName && <span>{incident.siteName}</span>}
              <span>
                from <Clock at={incident.openedAt} />
                {incident.resolvedAt && (
                  <>
                    {' '}
                    to <Clock at={incident.resolvedAt} />
                  </>
                )}
              </span>
            </p>
            <WhyAnswer why={why} />
            {later.length > 0 && (
              <details className={styles.history}>
                <summary className="muted">And later</summary>
                <DecisionList decisions={later} />
              </details>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
