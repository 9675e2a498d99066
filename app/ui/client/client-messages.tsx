import Link from 'next/link'
import { listMessagesOfClient, type ToldClient } from '@/lib/store/client-message-history'
import { Clock } from '../time'
import styles from './client-page.module.css'

const mostShown = 20
const stateWords: Record<ToldClient['state'], string> = {
  waiting: 'Waiting',
  sending: 'Being sent',
  sent: 'Sent',
  delivered: 'Delivered',
  failed: 'Failed',
  skipped: 'Left out',
  doubtful: 'May have gone out',
}

/** What it was told, and why not where it was not. */
export async function ClientMessages({ id }: { id: number }) {
  const messages = await listMessagesOfClient(id, { limit: mostShown })
  if (messages.length === 0) return <p className="muted">It was never written to.</p>
  return (
    <ol className={styles.messages}>
      {messages.map((message) => (
        <li key={message.id}>
          <p className="dotted muted">
            <span>
              <Clock at={message.deliveredAt ?? message.sentAt ?? message.at} seconds={false} />
            </span>
            <span data-bad={message.state === 'failed' || message.state === 'doubtful' || undefined}>
              {stateWords[message.state]}
              {message.why && `: ${message.why}`}
            </span>
            {message.address && <span>{message.address}</span>}
            <span>
              <Link href={`/messages/${message.messageId}`} prefetch={false} className="link">
                {message.incidentName ?? `Message ${message.messageId}`}
              </Link>
            </span>
          </p>
          {message.body && (
            <p className={styles.body} dir="auto">
              {message.body.length > 400 ? `${message.body.slice(0, 399)}…` : message.body}
            </p>
          )}
        </li>
      ))}
    </ol>
  )
}
