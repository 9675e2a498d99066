import type { Metadata } from 'next'
import Link from 'next/link'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import styles from '@/app/ui/message/message.module.css'
import { mediumWords } from '@/app/ui/message/message-words'
import { addOptOut, dropOptOut } from '@/app/ui/message/template-actions'
import { Clock } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listOptOuts } from '@/lib/store/opt-outs'

export const metadata: Metadata = { title: 'Opted out' }

export default async function OptOutsPage() {
  const [session, optOuts] = await Promise.all([requireUser(), listOptOuts({ limit: 1000 })])
  const mayWrite = allows(session.role, 'write')
  return (
    <div className="page">
      <header className="page-head">
        <h1>Opted out</h1>
      </header>
      <p className="muted">
        Nothing goes to these numbers and addresses, whoever they belong to: they answered STOP, followed the link under
        a mail, or told an operator.
      </p>
      {mayWrite && (
        <ActionForm action={addOptOut} className={styles.when ?? ''} clearWhenDone>
          <Field
            name="address"
            label="Number or e-mail address"
            placeholder="+14065550142"
            maxLength={320}
            autoComplete="off"
          />
          <SubmitButton kind="plain">Send nothing more there</SubmitButton>
          <FormMessage />
        </ActionForm>
      )}
      {optOuts.length === 0 ? (
        <p className="muted">Nobody opted out.</p>
      ) : (
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Address</th>
                <th scope="col">Client</th>
                <th scope="col">How</th>
                <th scope="col">Since</th>
                <th scope="col">
                  <span className="visually-hidden">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {optOuts.map(({ medium, address, how, at, clients }) => (
                <tr key={`${medium} ${address}`}>
                  <td>
                    {mediumWords[medium]} <span className="address">{address}</span>
                  </td>
                  <td>
                    {clients.map(({ id, name }, i) => (
                      <span key={id}>
                        {i > 0 && ', '}
                        <Link href={`/clients/${id}`} className="link" prefetch={false}>
                          <bdi>{name}</bdi>
                        </Link>
                      </span>
                    ))}
                  </td>
                  <td>{how}</td>
                  <td>
                    <Clock at={at} seconds={false} />
                  </td>
                  <td data-align="right">
                    {mayWrite && (
                      <ConfirmButton
                        action={dropOptOut}
                        fields={{ medium, address }}
                        ask="Did they ask for it?"
                        verb="Send again"
                        keep="No"
                        size="small"
                        kind="quiet"
                        label={`Send to ${address} again`}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
