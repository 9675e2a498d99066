import type { Metadata } from 'next'
import Link from 'next/link'
import { Icon } from '@/app/ui/icons'
import { Countdown } from '@/app/ui/message/countdown'
import styles from '@/app/ui/message/message.module.css'
import { clientsWord, restWords, standingWords } from '@/app/ui/message/message-words'
import { Ago } from '@/app/ui/time'
import { requireUser } from '@/lib/session'
import { type ListedMessage, listMessages } from '@/lib/store/client-message-history'

export const metadata: Metadata = { title: 'Messages' }

const pageSize = 50

export default async function MessagesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [, { before }] = await Promise.all([requireUser(), searchParams])
  const from = typeof before === 'string' && /^\d{1,9}$/.test(before) ? Number(before) : undefined
  const rows = await listMessages({ before: from, limit: pageSize + 1 })
  const messages = rows.slice(0, pageSize)
  const last = rows.length > pageSize ? messages.at(-1) : undefined
  const now = Date.now()
  return (
    <div className="page">
      <header className="page-head">
        <h1>Messages</h1>
        <Link href="/messages/templates" className="button" data-kind="quiet">
          Templates
        </Link>
        <Link href="/messages/opt-outs" className="button" data-kind="quiet">
          Opted out
        </Link>
        <Link href="/settings/messages" className="button" data-kind="quiet">
          Settings
        </Link>
      </header>
      {messages.length > 0 ? (
        <ol className={styles.list}>
          {messages.map((message) => (
            <Item key={message.id} message={message} now={now} />
          ))}
        </ol>
      ) : (
        <div className="empty">
          <h2>No client was told anything yet.</h2>
          <p>
            The page of an open incident offers to tell the clients it cuts off: now, or after a wait and only if they
            are still dark. Who was told hears that it is over.
          </p>
        </div>
      )}
      {last && (
        <p>
          <Link href={`/messages?before=${last.id}`} className="button">
            Older
            <Icon name="right" size={16} />
          </Link>
        </p>
      )}
    </div>
  )
}

function Item({ message, now }: { message: ListedMessage; now: number }) {
  const live = message.state === 'waiting' || message.state === 'sending'
  return (
    <li data-live={live || undefined}>
      <Icon name="message" size={16} />
      <div>
        <p>
          <Link href={`/messages/${message.id}`} prefetch={false} className={styles.name}>
            {message.incidentName ?? 'An incident that is gone'}
          </Link>
        </p>
        <p className="dotted muted">
          <span>{clientsWord(message.clients)}</span>
          {restWords(message).map((words) => (
            <span key={words}>{words}</span>
          ))}
          {message.why && <span>{message.why}</span>}
          <span>
            by {message.createdBy}, <Ago at={message.createdAt} />
          </span>
        </p>
      </div>
      <p className={styles.standing}>
        <strong>{standingWords({ ...message, why: null })}</strong>{' '}
        {message.state === 'waiting' && message.sendAt && <Countdown at={message.sendAt.toISOString()} now={now} />}
      </p>
    </li>
  )
}
