import Link from 'next/link'
import { previewOrder } from '@/lib/client-message-orders'
import { env } from '@/lib/env'
import { listMessages } from '@/lib/store/client-message-history'
import { ActionForm, Field, FormMessage, SubmitButton } from '../form/action-form'
import { tellClients } from './actions'
import styles from './message.module.css'
import { MessageLine, WaitingMessage } from './message-line'
import { clientsWord, priceWords } from './message-words'

/** Of an incident: the clients to be told, now or after a wait, what that costs, and what they were told already. */
export async function MessageBox({
  incident,
  isOpen,
  mayWrite,
}: {
  incident: number
  isOpen: boolean
  mayWrite: boolean
}) {
  const messages = await listMessages({ incidentId: incident, limit: 20 })
  const preview = isOpen && mayWrite ? await previewOrder(incident, 'Outage', ['sms', 'email']) : null
  if (messages.length === 0 && (preview === null || preview.estimate.clients === 0)) return null
  const now = Date.now()
  return (
    <section className="section" id="clients">
      <div className="section-head">
        <h2>Clients told</h2>
        {isOpen && mayWrite && (
          <Link href={`/messages/new?incident=${incident}`} className="link" prefetch={false}>
            Whom, what and how
          </Link>
        )}
      </div>
      <div className={styles.box}>
        {messages.map((message) =>
          message.state === 'waiting' ? (
            <WaitingMessage key={message.id} message={message} now={now} mayWrite={mayWrite} />
          ) : (
            <MessageLine key={message.id} message={message} />
          ),
        )}
        {messages.length === 0 && <p className="muted">Nobody was told yet.</p>}
        {preview && preview.told.length > 0 && <Tell incident={incident} preview={preview} />}
      </div>
    </section>
  )
}

function Tell({ incident, preview }: { incident: number; preview: Awaited<ReturnType<typeof previewOrder>> }) {
  const { estimate, left, advice, faults, notes } = preview
  const texts = preview.told.filter(({ medium }) => medium === 'sms').length
  const unset = unsetWays(texts > 0, texts < estimate.told)
  return (
    <>
      <p className="dotted muted">
        <span>{clientsWord(estimate.told)} can be told</span>
        {left.length > 0 && <span>{left.length} left out</span>}
        {texts > 0 && (
          <span>
            {texts} by text, about {priceWords(estimate.cost, estimate.currency)}
          </span>
        )}
        {estimate.told > texts && <span>{estimate.told - texts} by e-mail</span>}
      </p>
      {advice && <p className="muted">{advice.words}</p>}
      {[...faults, ...unset, ...notes].map((words) => (
        <p key={words} className="note" data-tone="amber">
          {words}
        </p>
      ))}
      <ActionForm action={tellClients}>
        <input type="hidden" name="incident" value={incident} />
        <input type="hidden" name="stay" value="1" />
        <div className={styles.when}>
          <SubmitButton name="when" value="now" kind={advice && advice.minutes > 0 ? 'plain' : 'primary'}>
            Tell {clientsWord(estimate.told)} now
          </SubmitButton>
          <Field
            name="minutes"
            label="Minutes"
            type="number"
            min={1}
            max={1440}
            inputMode="numeric"
            defaultValue={advice && advice.minutes > 0 ? advice.minutes : 10}
            className={styles.minutes ?? ''}
          />
          <SubmitButton name="when" value="wait" kind={advice && advice.minutes > 0 ? 'primary' : 'plain'}>
            Wait, then tell who is still dark
          </SubmitButton>
        </div>
        <FormMessage />
      </ActionForm>
    </>
  )
}

/** What has to be set before anything can go out, of the media that would be used. */
export function unsetWays(texts: boolean, mails: boolean): string[] {
  const { twilio, houseMail } = env()
  return [
    ...(texts && !twilio
      ? ['Texts need TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM: until then they fail.']
      : []),
    ...(mails && !houseMail ? ['E-mail needs SMTP_URL: until then it fails.'] : []),
  ]
}
