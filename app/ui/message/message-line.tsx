import Link from 'next/link'
import type { ListedMessage } from '@/lib/store/client-message-history'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { ConfirmButton } from '../form/confirm-button'
import { cancel, sendNow } from './actions'
import { Countdown } from './countdown'
import styles from './message.module.css'
import { clientsWord, restWords, standingWords } from './message-words'

/** A message that waits: whom it is for, when, and how to stop it. `now` is epoch ms. */
export function WaitingMessage({ message, now, mayWrite }: { message: ListedMessage; now: number; mayWrite: boolean }) {
  return (
    <div className={styles.waits}>
      <p>
        {clientsWord(message.waiting)} told{' '}
        {message.sendAt && <Countdown at={message.sendAt.toISOString()} now={now} />}
        {message.onlyIfDark && ', if still cut off'}
      </p>
      {mayWrite && (
        <>
          <ActionForm action={sendNow} className="row">
            <input type="hidden" name="message" value={message.id} />
            <SubmitButton size="small" kind="plain">
              Tell them now
            </SubmitButton>
            <FormMessage />
          </ActionForm>
          <ConfirmButton
            action={cancel}
            fields={{ message: message.id }}
            ask="Tell nobody?"
            verb="Cancel"
            keep="Keep it"
            size="small"
            kind="quiet"
            label={`Cancel message ${message.id}`}
          />
        </>
      )}
    </div>
  )
}

/** How a message came out, in a line that leads to it. */
export function MessageLine({ message }: { message: ListedMessage }) {
  return (
    <p className="dotted">
      <Link href={`/messages/${message.id}`} className="link" prefetch={false}>
        {standingWords(message)}
      </Link>
      {restWords(message).map((words) => (
        <span key={words} className="muted">
          {words}
        </span>
      ))}
      {message.state === 'called_off' && message.why && <span className="muted">{message.why}</span>}
      <span className="muted">by {message.createdBy}</span>
    </p>
  )
}
