import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Choices } from '@/app/ui/choices'
import { ComposeForm } from '@/app/ui/message/compose-form'
import styles from '@/app/ui/message/message.module.css'
import { unsetWays } from '@/app/ui/message/message-box'
import { clientsWord, languageWords, mediumWords, priceWords } from '@/app/ui/message/message-words'
import { Samples } from '@/app/ui/message/samples'
import { previewOrder } from '@/lib/client-message-orders'
import type { MessagePreview } from '@/lib/client-message-preview'
import type { MessageMedium } from '@/lib/domain/message-recipient'
import { shippedName } from '@/lib/domain/message-words'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findIncidentHead } from '@/lib/store/incidents'
import { listTemplateNames } from '@/lib/store/message-templates'

type Props = { searchParams: Promise<Record<string, string | string[]>> }
export const metadata: Metadata = { title: 'Message clients' }

const ways: Record<string, MessageMedium[]> = {
  '': ['sms', 'email'],
  'email,sms': ['email', 'sms'],
  sms: ['sms'],
  email: ['email'],
}
const mostNamed = 200

export default async function NewMessagePage({ searchParams }: Props) {
  const [session, query, templates] = await Promise.all([requireUser(), searchParams, listTemplateNames()])
  const said = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const id = /^\d{1,9}$/.test(said('incident')) ? Number(said('incident')) : 0
  const incident = id > 0 ? await findIncidentHead(id) : null
  if (!incident) notFound()
  const template = templates.includes(said('template')) ? said('template') : shippedName
  const media = ways[said('media')] ?? ['sms' as const, 'email' as const]
  if (!allows(session.role, 'write'))
    return (
      <div className="page" data-width="text">
        <p className="note">Your role may read only: an operator has to message clients.</p>
      </div>
    )
  const preview = incident.resolvedAt === null ? await previewOrder(id, template, media) : null
  return (
    <div className="page">
      <header className="page-head">
        <h1>
          Message clients behind{' '}
          <Link href={`/incidents/${id}`} className="link">
            {incident.root.name}
          </Link>
        </h1>
        {preview && (
          <Choices
            path="/messages/new"
            kept={{ incident: `${id}`, template: template === shippedName ? '' : template, media: said('media') }}
            choices={[
              {
                name: 'media',
                label: 'By',
                options: [
                  ['', 'Text, else e-mail'],
                  ['email,sms', 'E-mail, else text'],
                  ['sms', 'Text alone'],
                  ['email', 'E-mail alone'],
                ],
              },
              {
                name: 'template',
                label: 'Template',
                options: templates.map((name): [string, string] => [name === shippedName ? '' : name, name]),
              },
            ]}
          />
        )}
      </header>
      {preview === null ? (
        <p className="note">It is over: nobody has to be told of it.</p>
      ) : (
        <Composed preview={preview} template={template} media={media} wait={said('wait')} />
      )}
    </div>
  )
}

function Composed({
  preview,
  template,
  media,
  wait,
}: {
  preview: MessagePreview
  template: string
  media: MessageMedium[]
  wait: string
}) {
  const { estimate, told, left, advice, faults, samples, incident } = preview
  const texts = told.filter(({ medium }) => medium === 'sms').length
  const notes = [...faults, ...unsetWays(texts > 0, texts < told.length), ...preview.notes]
  return (
    <>
      <dl className={styles.figures}>
        <Figure name="Cut off now" value={clientsWord(estimate.clients)} />
        <Figure name="Told by text" value={texts} />
        <Figure name="Told by e-mail" value={told.length - texts} />
        <Figure name="Left out" value={left.length} />
        <Figure name="Parts of texts" value={estimate.smsParts} />
        <Figure name="Cost, about" value={priceWords(estimate.cost, estimate.currency)} />
      </dl>
      {notes.map((words) => (
        <p key={words} className="note" data-tone="amber">
          {words}
        </p>
      ))}
      {told.length === 0 ? (
        <p className="note">Nobody can be told: see below why.</p>
      ) : (
        <ComposeForm
          incident={incident.id}
          template={template}
          media={media.join(',')}
          told={clientsWord(told.length)}
          advice={advice}
          minutes={/^\d{1,4}$/.test(wait) ? Number(wait) : (advice?.minutes ?? 0) > 0 ? (advice?.minutes ?? 10) : 10}
        />
      )}
      <Samples samples={samples} />
      {left.length > 0 && (
        <section className="section">
          <h2>
            Left out <span className="muted num">{left.length}</span>
          </h2>
          <ul className={styles.left}>
            {left.slice(0, mostNamed).map((one) => (
              <li key={one.clientId}>
                <Link href={`/clients/${one.clientId}`} className="link" prefetch={false}>
                  <bdi>{one.clientName}</bdi>
                </Link>
                <span className="muted">: {one.why}</span>
              </li>
            ))}
          </ul>
          {left.length > mostNamed && <p className="muted">and {left.length - mostNamed} more</p>}
        </section>
      )}
      {told.length > 0 && (
        <section className="section">
          <h2>
            Told <span className="muted num">{told.length}</span>
          </h2>
          <ul className={styles.left}>
            {told.slice(0, mostNamed).map((one) => (
              <li key={one.clientId}>
                <Link href={`/clients/${one.clientId}`} className="link" prefetch={false}>
                  <bdi>{one.clientName}</bdi>
                </Link>{' '}
                <span className="muted">
                  {one.medium && mediumWords[one.medium].toLowerCase()} to{' '}
                  <span className="address">{one.address}</span>, {languageWords[one.language] ?? one.language}
                </span>
              </li>
            ))}
          </ul>
          {told.length > mostNamed && <p className="muted">and {told.length - mostNamed} more</p>}
        </section>
      )}
    </>
  )
}

function Figure({ name, value }: { name: string; value: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
