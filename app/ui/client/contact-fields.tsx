'use client'
import { useState } from 'react'
import type { ClientContact } from '@/lib/store/clients'
import { Field, PartProblem } from '../form/action-form'
import { Icon } from '../icons'
import styles from './client-form.module.css'

type Row = { key: number; contact: ClientContact | null }

/** Whom to write to, first things first; a row without a word is none. */
export function ContactFields({ contacts, most }: { contacts: ClientContact[]; most: number }) {
  const [rows, setRows] = useState<Row[]>(() => {
    const known = contacts.map((contact, key) => ({ key, contact }))
    return known.length > 0 ? known : [{ key: 0, contact: null }]
  })
  const [next, setNext] = useState(Math.max(1, contacts.length))
  return (
    <div className="stack">
      {rows.map(({ key, contact }, i) => (
        <fieldset key={key} className={styles.contact}>
          <legend className="visually-hidden">Contact {i + 1}</legend>
          <input type="hidden" name="contact" value={key} />
          {contact && <input type="hidden" name={`contact_${key}_id`} value={contact.id} />}
          <Field name={`contact_${key}_name`} label="Name" defaultValue={contact?.name ?? ''} autoComplete="off" />
          <Field
            name={`contact_${key}_email`}
            label="E-mail"
            inputMode="email"
            defaultValue={contact?.email ?? ''}
            autoComplete="off"
          />
          <Field
            name={`contact_${key}_phone`}
            label="Phone"
            inputMode="tel"
            placeholder="+1 555 0100"
            defaultValue={contact?.phone ?? ''}
            autoComplete="off"
          />
          <div className={styles.ticks}>
            <Tick name={`contact_${key}_sms`} word="Takes texts" on={contact?.smsOk ?? true} />
            <Tick name={`contact_${key}_general`} word="General" on={contact?.isContact ?? true} />
            <Tick name={`contact_${key}_billing`} word="Billing" on={contact?.isBilling ?? false} />
            <button
              type="button"
              className="button"
              data-kind="quiet"
              data-size="small"
              aria-label={`Take contact ${i + 1} off`}
              onClick={() => setRows(rows.filter((row) => row.key !== key))}
            >
              <Icon name="trash" size={16} />
            </button>
          </div>
        </fieldset>
      ))}
      <PartProblem name="contact" />
      {rows.length < most && (
        <div>
          <button
            type="button"
            className="button"
            data-size="small"
            onClick={() => {
              setRows([...rows, { key: next, contact: null }])
              setNext(next + 1)
            }}
          >
            <Icon name="plus" size={16} />
            Another contact
          </button>
        </div>
      )}
    </div>
  )
}

function Tick({ name, word, on }: { name: string; word: string; on: boolean }) {
  return (
    <label className="check">
      <input type="checkbox" name={name} value="1" defaultChecked={on} />
      {word}
    </label>
  )
}
