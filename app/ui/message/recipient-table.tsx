import Link from 'next/link'
import type { ToldClient } from '@/lib/store/client-message-history'
import { ConfirmButton } from '../form/confirm-button'
import { Clock } from '../time'
import { again } from './actions'
import styles from './message.module.css'
import { mediumWords, recipientWords } from './message-words'

/** Each client of a message, by what became of it. */
export function RecipientTable({ recipients, mayWrite }: { recipients: ToldClient[]; mayWrite: boolean }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">To</th>
            <th scope="col">How it went</th>
            <th scope="col">When</th>
            <th scope="col">
              <span className="visually-hidden">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {recipients.map((one) => (
            <tr key={one.id} className={styles.recipient} data-state={one.state}>
              <td>
                {one.clientId === null ? (
                  <bdi>{one.clientName}</bdi>
                ) : (
                  <Link href={`/clients/${one.clientId}`} className="row-link" prefetch={false}>
                    <bdi>{one.clientName}</bdi>
                  </Link>
                )}
                {one.part === 'follow_up' && <span className="muted"> · its end</span>}
              </td>
              <td>
                {one.medium && (
                  <>
                    {mediumWords[one.medium]} <span className="address muted">{one.address}</span>
                  </>
                )}
              </td>
              <td>
                <span className={styles.state}>{recipientWords[one.state]}</span>
                {one.why && <span className="muted">: {one.why}</span>}
              </td>
              <td>{(one.deliveredAt ?? one.sentAt) && <Clock at={one.deliveredAt ?? one.sentAt ?? one.at} />}</td>
              <td data-align="right">
                {mayWrite && (one.state === 'failed' || one.state === 'doubtful') && (
                  <ConfirmButton
                    action={again}
                    fields={{ recipient: one.id }}
                    ask={one.state === 'doubtful' ? 'It may have arrived. Send it again?' : 'Send it again?'}
                    verb="Send again"
                    keep="Leave it"
                    size="small"
                    kind="quiet"
                    label={`Send again to ${one.clientName}`}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
