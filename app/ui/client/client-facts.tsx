import type { Client, ClientContact, ClientService } from '@/lib/store/clients'
import styles from './client-page.module.css'
import { languageWords } from './client-words'

/** Whom to call, and whether they may be written to. */
export function ClientContacts({ client }: { client: Client }) {
  return (
    <section className="section">
      <h2>Contacts</h2>
      {client.contacts.length === 0 ? (
        <p className="muted">None: it cannot be written to.</p>
      ) : (
        <ul className={styles.contacts}>
          {client.contacts.map((contact) => (
            <Contact key={contact.id} contact={contact} />
          ))}
        </ul>
      )}
      <dl className="facts">
        <dt>Messages</dt>
        <dd>{consentWords(client)}</dd>
        <dt>Language</dt>
        <dd>{languageWords(client.language)}</dd>
      </dl>
    </section>
  )
}

function consentWords({ smsAllowed, emailAllowed, archivedAt }: Client): string {
  if (archivedAt) return 'none: it has left'
  const agreed = [smsAllowed ? 'texts' : '', emailAllowed ? 'e-mail' : ''].filter(Boolean)
  return agreed.length > 0 ? `agreed to ${agreed.join(' and ')}` : 'agreed to none'
}

function Contact({ contact }: { contact: ClientContact }) {
  const kinds = [contact.isContact ? 'general' : '', contact.isBilling ? 'billing' : ''].filter(Boolean).join(', ')
  return (
    <li>
      <p className="dotted">
        {contact.name && <bdi className="strong">{contact.name}</bdi>}
        {kinds && <span className="muted">{kinds}</span>}
      </p>
      {contact.phone && (
        <p className="num">
          <a href={`tel:${contact.phone.replaceAll(/[^\d+]/g, '')}`} className="link">
            {contact.phone}
          </a>{' '}
          {contact.smsStopped ? (
            <span className={styles.stopped}>said STOP</span>
          ) : (
            !contact.smsOk && <span className="muted">takes no texts</span>
          )}
        </p>
      )}
      {contact.email && (
        <p>
          <a href={`mailto:${encodeURIComponent(contact.email)}`} className="link">
            {contact.email}
          </a>{' '}
          {contact.emailStopped && <span className={styles.stopped}>opted out</span>}
        </p>
      )}
    </li>
  )
}

/** What it pays for, as its source says. */
export function ClientServices({ services }: { services: ClientService[] }) {
  if (services.length === 0) return null
  return (
    <section className="section">
      <h2>Services</h2>
      <ul className={styles.contacts}>
        {services.map((service) => (
          <li key={service.id} data-gone={service.vanishedAt !== null || undefined}>
            <p className="dotted">
              <span className="strong">{service.name}</span>
              <span className="muted">{service.vanishedAt ? 'no longer listed' : service.status}</span>
            </p>
            <p className="muted num">
              {[speedWords(service), service.address].filter(Boolean).join(' · ') || 'no more is known'}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function speedWords({ downMbps, upMbps }: ClientService): string {
  if (downMbps === null && upMbps === null) return ''
  return `${downMbps ?? '?'} / ${upMbps ?? '?'} Mbit/s`
}

/** What is written of it in the books. */
export function ClientFacts({ client }: { client: Client }) {
  const facts: [string, string | null][] = [
    ['Company', client.company],
    ['Person', client.person],
    ['Number', client.number],
    ['Address', client.address],
    ['Time zone', client.timeZone],
    ['Listed by', client.sources.join(', ') || null],
  ]
  const known = facts.filter(([, value]) => value !== null)
  if (known.length === 0 && !client.note) return null
  return (
    <section className="section">
      <h2>Facts</h2>
      {known.length > 0 && (
        <dl className="facts">
          {known.map(([word, value]) => (
            <div key={word} className={styles.fact}>
              <dt>{word}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {client.note && (
        <p className={styles.body} dir="auto">
          {client.note}
        </p>
      )}
    </section>
  )
}
