import Link from 'next/link'
import { isWithoutService } from '@/lib/domain/client-state'
import type { Client } from '@/lib/store/clients'
import head from '../device/device-page.module.css'
import { ConfirmButton } from '../form/confirm-button'
import { Icon } from '../icons'
import { Clock, Since } from '../time'
import { removeClient } from './actions'
import { ClientState } from './client-state'
import { devicesWords } from './client-words'

/** Who it is, how it is served since when, and what can be done. */
export function ClientHead({ client, mayWrite }: { client: Client; mayWrite: boolean }) {
  const { now } = client
  return (
    <header className={head.head}>
      <div className={head.title}>
        <p className="muted">
          <Link href="/clients" className="link">
            Clients
          </Link>
          {client.number && (
            <>
              {' / '}
              <span className="num">{client.number}</span>
            </>
          )}
        </p>
        <h1>
          <bdi>{client.name}</bdi>
        </h1>
        <p className={head.state}>
          <ClientState status={now.status} />
          {now.since !== null && (
            <>
              <span>
                {isWithoutService(now.status) ? 'without service for ' : 'for '}
                <Since at={now.since} className="strong" />
              </span>
              <span className="muted">
                since <Clock at={now.since} />
              </span>
            </>
          )}
          {now.devices > 1 && <span className="muted">{devicesWords(now)}</span>}
        </p>
      </div>
      {mayWrite && (
        <div className={head.actions}>
          <Link href={`/clients/${client.id}/edit`} className="button">
            <Icon name="edit" size={16} />
            Edit
          </Link>
          <Link href={`/clients/${client.id}/merge`} className="button">
            Merge with another
          </Link>
          <ConfirmButton
            action={removeClient}
            fields={{ id: client.id }}
            verb="Delete"
            ask={`Delete ${client.name}? Its devices stay.`}
          />
        </div>
      )}
    </header>
  )
}
