import Link from 'next/link'
import type { Client } from '@/lib/store/clients'
import { Since } from '../time'
import { type ClientSearch, clientHref } from './client-search'
import { ClientState } from './client-state'
import styles from './client-table.module.css'
import { devicesWords } from './client-words'

/** The dense list: who is served how, whom to call, where. */
export function ClientTable({ clients, search }: { clients: Client[]; search: ClientSearch }) {
  return (
    <table className={`table ${styles.clients}`}>
      <thead>
        <tr>
          <SortHead search={search} sort="status" name="State" />
          <SortHead search={search} sort="name" name="Name" />
          <th className={styles.wide}>Contact</th>
          <th className={styles.wide}>Phone</th>
          <th className={styles.wide}>Site</th>
          <th className={styles.wide}>Devices</th>
          <SortHead search={search} sort="since" name="For" align="right" />
        </tr>
      </thead>
      <tbody>
        {clients.map((client) => (
          <ClientRow key={client.id} client={client} />
        ))}
      </tbody>
    </table>
  )
}

function ClientRow({ client }: { client: Client }) {
  const { now } = client
  const email = client.contacts.find((contact) => contact.email !== null)?.email
  const phone = client.contacts.find((contact) => contact.phone !== null)?.phone
  return (
    <tr>
      <td className={styles.state}>
        <ClientState status={now.status} />
      </td>
      <td className={styles.name}>
        <Link href={`/clients/${client.id}`} prefetch={false} className="row-link">
          <bdi>{client.name}</bdi>
        </Link>
        {client.number && <span className={`muted num ${styles.number}`}>{client.number}</span>}
        {client.vanishedAt && <span className={styles.gone}>no longer listed</span>}
        <span className={styles.under}>
          {[phone, email, client.sites.join(', ')].filter(Boolean).join(' · ') || devicesWords(now)}
        </span>
      </td>
      <td className={styles.wide}>
        {email && (
          <a href={`mailto:${encodeURIComponent(email)}`} className="link">
            {email}
          </a>
        )}
      </td>
      <td className={`${styles.wide} num`}>
        {phone && (
          <a href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`} className="link">
            {phone}
          </a>
        )}
      </td>
      <td className={styles.wide}>{client.sites.join(', ')}</td>
      <td className={`${styles.wide} num`}>{devicesWords(now)}</td>
      <td data-align="right" className={styles.since}>
        {now.since !== null && <Since at={now.since} />}
      </td>
    </tr>
  )
}

function SortHead({
  search,
  sort,
  name,
  align,
}: {
  search: ClientSearch
  sort: 'name' | 'status' | 'since'
  name: string
  align?: 'right'
}) {
  const sorted = (search.sort ?? 'name') === sort
  return (
    <th data-align={align} aria-sort={sorted ? (sort === 'since' ? 'descending' : 'ascending') : undefined}>
      <Link
        href={clientHref({ ...search, cursor: undefined, sort })}
        className={styles.sort}
        data-sorted={sorted || undefined}
      >
        {name}
      </Link>
    </th>
  )
}
