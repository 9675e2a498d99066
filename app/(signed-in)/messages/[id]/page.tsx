import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { ActionForm, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { cancel, sendNow } from '@/app/ui/message/actions'
import styles from '@/app/ui/message/message.module.css'
import { WaitingMessage } from '@/app/ui/message/message-line'
import { clientsWord, languageWords, mediumWords, priceWords, standingWords } from '@/app/ui/message/message-words'
import { RecipientTable } from '@/app/ui/message/recipient-table'
import { Clock } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findMessage, type ListedMessage, listRecipients, type ToldClient } from '@/lib/store/client-message-history'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }
export const metadata: Metadata = { title: 'Message to clients' }
const pageSize = 500

export default async function MessagePage({ params, searchParams }: Props) {
  const [session, { id }, { after }] = await Promise.all([requireUser(), params, searchParams])
  const message = /^\d{1,9}$/.test(id) ? await findMessage(Number(id)) : null
  if (!message) notFound()
  const from = typeof after === 'string' && /^\d{1,15}$/.test(after) ? Number(after) : 0
  const rows = await listRecipients(message.id, { after: from, limit: pageSize + 1 })
  const recipients = rows.slice(0, pageSize)
  const mayWrite = allows(session.role, 'write')
  const told = recipients.filter(({ state }) => state !== 'skipped')
  const left = recipients.filter(({ state }) => state === 'skipped')
  return (
    <div className="page">
      <header className="section">
        <p className="muted">
          <Link href="/messages" className="link">
            Messages
          </Link>
          {' / '}
          <span className="num">#{message.id}</span>
        </p>
        <h1>{message.incidentName ? `Clients behind ${message.incidentName}` : 'Message to clients'}</h1>
        <Facts message={message} />
      </header>
      {message.state === 'waiting' && <WaitingMessage message={message} now={Date.now()} mayWrite={mayWrite} />}
      {message.state === 'draft' && mayWrite && <Act message={message} action={sendNow} verb="Send the draft now" />}
      {message.state === 'sending' && mayWrite && message.waiting > 0 && (
        <Act message={message} action={cancel} verb={`Stop: ${clientsWord(message.waiting)} still to be told`} />
      )}
      {message.state !== 'waiting' && <Figures message={message} />}
      <Said recipients={told} />
      {told.length > 0 && (
        <section className="section">
          <h2>{message.state === 'waiting' ? 'To be told' : 'Told'}</h2>
          <RecipientTable recipients={told} mayWrite={mayWrite} />
        </section>
      )}
      {left.length > 0 && (
        <section className="section">
          <h2>
            Left out <span className="muted num">{left.length}</span>
          </h2>
          <ul className={styles.left}>
            {left.map((one) => (
              <li key={one.id}>
                {one.clientId === null ? (
                  <bdi>{one.clientName}</bdi>
                ) : (
                  <Link href={`/clients/${one.clientId}`} className="link" prefetch={false}>
                    <bdi>{one.clientName}</bdi>
                  </Link>
                )}
                <span className="muted">: {one.why}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {rows.length > pageSize && (
        <p>
          <Link href={`/messages/${message.id}?after=${recipients.at(-1)?.id}`} className="button">
            More
          </Link>
        </p>
      )}
    </div>
  )
}

function Facts({ message }: { message: ListedMessage }) {
  return (
    <p className="dotted muted">
      <strong>{standingWords({ ...message, why: null })}</strong>
      {message.why && <span>{message.why}</span>}
      {message.incidentId !== null && (
        <Link href={`/incidents/${message.incidentId}`} className="link">
          Incident #{message.incidentId}
        </Link>
      )}
      <span>{message.template}</span>
      <span>
        {message.createdBy}, <Clock at={message.createdAt} />
      </span>
      {message.startedAt && (
        <span>
          began <Clock at={message.startedAt} />
        </span>
      )}
      {message.followUp && <span>who is told hears of its end</span>}
    </p>
  )
}

function Figures({ message }: { message: ListedMessage }) {
  const figures: [string, string | number][] = [
    ['Clients', message.clients],
    ['Told', message.told],
    ['Delivered', message.delivered],
    ['Failed', message.failed],
    ['In doubt', message.doubtful],
    ['Left out', message.left],
    ['Told of its end', message.back],
    ...(message.cost > 0
      ? [['Cost, about', priceWords(message.cost, message.estimate?.currency ?? 'USD')] as [string, string]]
      : []),
  ]
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Act({
  message,
  action,
  verb,
}: {
  message: ListedMessage
  action: React.ComponentProps<typeof ActionForm>['action']
  verb: string
}) {
  return (
    <ActionForm action={action} className="row">
      <input type="hidden" name="message" value={message.id} />
      <SubmitButton>{verb}</SubmitButton>
      <FormMessage />
    </ActionForm>
  )
}

/** The words as they were sent, one of each part, medium and language. */
function Said({ recipients }: { recipients: ToldClient[] }) {
  const samples = new Map<string, ToldClient>()
  for (const one of recipients) {
    const key = `${one.part} ${one.medium} ${one.language}`
    if (one.body !== null && !samples.has(key)) samples.set(key, one)
  }
  if (samples.size === 0) return null
  return (
    <section className="section">
      <h2>What they read</h2>
      <div className={styles.samples}>
        {[...samples].map(([key, one]) => (
          <figure key={key} className={styles.sample}>
            <figcaption className="muted">
              {one.medium && mediumWords[one.medium]}
              {one.part === 'follow_up' && ', its end'}, {languageWords[one.language] ?? one.language}: as{' '}
              <bdi>{one.clientName}</bdi> read it
            </figcaption>
            {one.subject && <p className="strong">{one.subject}</p>}
            <blockquote dir="auto">{one.body}</blockquote>
          </figure>
        ))}
      </div>
    </section>
  )
}
