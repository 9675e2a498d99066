import type { Metadata } from 'next'
import { CopyButton } from '@/app/ui/copy-button'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { keepSettings } from '@/app/ui/message/template-actions'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readMessageSettings } from '@/lib/store/message-settings'

export const metadata: Metadata = { title: 'Messages to clients' }

export default async function MessageSettingsPage() {
  const [session, settings] = await Promise.all([requireUser(), readMessageSettings()])
  const { twilio, houseMail, siteUrl } = env()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Messages to clients</h1>
      </header>
      <dl className="facts">
        <dt>Texts</dt>
        <dd>
          {twilio
            ? `by Twilio, from ${twilio.from_number}`
            : 'not set: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM, for web and keeper'}
        </dd>
        <dt>E-mail</dt>
        <dd>{houseMail ? `by ${houseMail.host}, from ${houseMail.from}` : 'not set: SMTP_URL'}</dd>
        {twilio && (
          <>
            <dt>STOP and START</dt>
            <dd className="row">
              <code className="address">{siteUrl}/api/twilio/incoming</code>
              <CopyButton text={`${siteUrl}/api/twilio/incoming`} />
              <span className="hint">
                Give this to Twilio as what it calls by POST when a message comes in. It is believed with its signature
                alone, over SITE_URL as it is set here.
              </span>
            </dd>
          </>
        )}
      </dl>
      {allows(session.role, 'write') ? (
        <ActionForm action={keepSettings}>
          <div className="fields">
            <Field
              name="sender"
              label="Who writes"
              hint="Begins each text: your name as clients know it."
              placeholder="Example Net"
              defaultValue={settings.sender}
              maxLength={60}
            />
            <Field
              name="zone"
              label="Time zone"
              hint="Of clients whose own, and whose site’s, is not known."
              defaultValue={settings.zone}
              maxLength={60}
            />
          </div>
          <div className="fields">
            <Field
              name="smsPrice"
              label="Price of a part of a text"
              type="number"
              step="any"
              min={0}
              max={10}
              inputMode="decimal"
              defaultValue={settings.smsPrice}
            />
            <Field name="currency" label="Currency" defaultValue={settings.currency} maxLength={3} />
            <Field
              name="mostParts"
              label="Parts of a text, at most"
              type="number"
              min={1}
              max={10}
              inputMode="numeric"
              defaultValue={settings.mostParts}
            />
          </div>
          <div className="fields">
            <Field
              name="smsPerSecond"
              label="Texts a second, at most"
              type="number"
              step="any"
              min={0.1}
              max={100}
              inputMode="decimal"
              defaultValue={settings.smsPerSecond}
            />
            <Field
              name="emailsPerSecond"
              label="E-mails a second, at most"
              type="number"
              step="any"
              min={0.1}
              max={100}
              inputMode="decimal"
              defaultValue={settings.emailsPerSecond}
            />
          </div>
          <div className="row">
            <SubmitButton>Keep</SubmitButton>
            <FormMessage />
          </div>
        </ActionForm>
      ) : (
        <p className="note">Your role may read only.</p>
      )}
    </div>
  )
}
