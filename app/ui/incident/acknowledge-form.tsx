'use client'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import styles from './acknowledge.module.css'
import { acknowledgeLink } from './link-actions'

/** The one button of the page that a message's link leads to; it works without a script, too. */
export function AcknowledgeForm({ token, channel, isNamed }: { token: string; channel: string; isNamed: boolean }) {
  return (
    <ActionForm action={acknowledgeLink} className={styles.form ?? ''}>
      <input type="hidden" name="token" value={token} />
      <p className="muted">Nobody is on it yet. Acknowledge it to say that you are: it is not escalated then.</p>
      <SubmitButton>Acknowledge</SubmitButton>
      <p className="hint">
        {isNamed
          ? `The link was sent to ${channel}. You are signed in here: it is noted in your name.`
          : `The link was sent to ${channel}: it is noted in that name.`}
      </p>
      <FormMessage />
    </ActionForm>
  )
}
