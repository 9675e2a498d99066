import Link from 'next/link'
import { clientLimits } from '@/lib/domain/client-fields'
import type { Client } from '@/lib/store/clients'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton, TextField } from '../form/action-form'
import { saveClient } from './actions'
import styles from './client-form.module.css'
import { ContactFields } from './contact-fields'
import { DevicePicker } from './device-picker'

const languages = [
  ['en', 'English'],
  ['es', 'Spanish'],
  ['fr', 'French'],
  ['de', 'German'],
] as const

/** Adds or changes a client. */
export function ClientForm({ client, devices }: { client?: Client; devices: { id: number; name: string }[] }) {
  return (
    <ActionForm action={saveClient} className={styles.form ?? ''}>
      {client && <input type="hidden" name="id" value={client.id} />}
      <div className="fields">
        <Field
          name="name"
          label="Name"
          defaultValue={client?.name}
          hint="As notices say it; left empty: company (person)."
          autoComplete="off"
          autoFocus={!client}
        />
        <SelectField name="kind" label="Kind" defaultValue={client?.kind ?? 'person'}>
          <option value="person">Person</option>
          <option value="company">Company</option>
        </SelectField>
        <Field name="company" label="Company" defaultValue={client?.company ?? ''} autoComplete="off" />
        <Field name="person" label="Person" defaultValue={client?.person ?? ''} autoComplete="off" />
        <Field
          name="number"
          label="Number"
          defaultValue={client?.number ?? ''}
          hint="What it is called in your books."
          autoComplete="off"
        />
        <Field name="address" label="Postal address" defaultValue={client?.address ?? ''} autoComplete="off" />
      </div>
      <section className={styles.part} aria-labelledby="served">
        <h2 id="served">Served by</h2>
        <DevicePicker devices={devices.map(({ id, name }) => ({ value: String(id), word: name }))} />
      </section>
      <section className={styles.part} aria-labelledby="contacts">
        <h2 id="contacts">Contacts</h2>
        <ContactFields contacts={client?.contacts ?? []} most={clientLimits.contacts} />
      </section>
      <section className={styles.part} aria-labelledby="messages">
        <h2 id="messages">Messages to it</h2>
        <div className={styles.checks}>
          <label className="check">
            <input type="checkbox" name="sms_allowed" value="1" defaultChecked={client?.smsAllowed ?? true} />
            Agreed to texts
          </label>
          <label className="check">
            <input type="checkbox" name="email_allowed" value="1" defaultChecked={client?.emailAllowed ?? true} />
            Agreed to e-mail
          </label>
          <label className="check">
            <input
              type="checkbox"
              name="archived"
              value="1"
              defaultChecked={client ? client.archivedAt !== null : false}
            />
            Has left: no messages
          </label>
        </div>
        <div className="fields">
          <Field
            name="language"
            label="Language"
            list="languages"
            defaultValue={client?.language ?? 'en'}
            hint="Its tag: en, es, pt-BR ..."
            autoComplete="off"
          />
          <Field
            name="time_zone"
            label="Time zone"
            defaultValue={client?.timeZone ?? ''}
            placeholder="That of its site"
            autoComplete="off"
          />
        </div>
      </section>
      <TextField name="note" label="Note" rows={3} defaultValue={client?.note ?? ''} />
      <datalist id="languages">
        {languages.map(([tag, word]) => (
          <option key={tag} value={tag}>
            {word}
          </option>
        ))}
      </datalist>
      <FormMessage />
      <div className="row">
        <SubmitButton>{client ? 'Save' : 'Add the client'}</SubmitButton>
        <Link href={client ? `/clients/${client.id}` : '/clients'} className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}
