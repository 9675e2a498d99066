'use client'
import { useEffect, useRef, useState } from 'react'
import { Field } from '../form/action-form'
import { findClients } from './actions'
import { choiceDetail, labelled } from './choice-words'

type Found = { id: number; label: string; detail: string }

/**
 * The client of a device, found by a part of its name or number. A name that nobody has is a new client; of two with one name
 * the one that was chosen is meant: `client_id` says which, and holds for the text `client_label` alone.
 */
export function ClientField({ id, name }: { id: number | null; name: string | null }) {
  const [text, setText] = useState(name ?? '')
  const [found, setFound] = useState<Found[]>([])
  const known = useRef(new Map<string, number>(id !== null && name !== null ? [[name, id]] : []))
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asked = useRef('')
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (query: string) => {
    asked.current = query
    clearTimeout(timer.current)
    if (query === '') return setFound([])
    timer.current = setTimeout(async () => {
      const clients = labelled(await findClients(query).catch(() => []))
      if (asked.current !== query) return
      for (const client of clients) if (client.label !== name) known.current.set(client.label, client.id)
      setFound(clients.map((client) => ({ id: client.id, label: client.label, detail: choiceDetail(client) })))
    }, 120)
  }
  const chosen = known.current.get(text.trim())
  return (
    <div>
      <Field
        name="client"
        label="Client"
        hint="A name that is new makes the client."
        list="client-found"
        value={text}
        onFocus={(event) => ask(event.target.value.trim())}
        onChange={(event) => {
          setText(event.target.value)
          ask(event.target.value.trim())
        }}
        autoComplete="off"
      />
      {chosen !== undefined && (
        <>
          <input type="hidden" name="client_id" value={chosen} />
          <input type="hidden" name="client_label" value={text.trim()} />
        </>
      )}
      <datalist id="client-found">
        {found.map((client) => (
          <option key={client.id} value={client.label}>
            {client.detail}
          </option>
        ))}
      </datalist>
    </div>
  )
}
