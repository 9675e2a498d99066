'use client'
import Link from 'next/link'
import { useState } from 'react'
import { type Chip, ChipPicker } from '../blackout/chip-picker'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { findClients, mergeIntoClient } from './actions'
import { choiceDetail } from './choice-words'

/** Chooses the other client, says what will happen, and does it. */
export function MergeForm({ id, name }: { id: number; name: string }) {
  const [chosen, setChosen] = useState<Chip[]>([])
  const other = chosen[0]
  const find = async (query: string): Promise<Chip[]> => {
    if (query === '') return []
    const found = await findClients(query).catch(() => [])
    return found
      .filter((client) => client.id !== id)
      .map((client) => ({ value: String(client.id), word: client.name, detail: choiceDetail(client) }))
  }
  return (
    <ActionForm action={mergeIntoClient}>
      <input type="hidden" name="id" value={id} />
      <ChipPicker
        name="from"
        label="The other client"
        hint="By a part of its name, or by its number."
        chosen={chosen}
        find={find}
        onChange={(chips) => setChosen(chips.slice(-1))}
      />
      {other && (
        <p className="note" data-tone="amber">
          <span>
            The devices, contacts, services and messages of <bdi className="strong">{other.word}</bdi>
            {other.detail ? ` (${other.detail})` : ''} become those of <bdi className="strong">{name}</bdi>, and what
            only it knew is filled in. Then it is gone: this cannot be undone. What either did not agree to stays so.
          </span>
        </p>
      )}
      <FormMessage />
      <div className="row">
        {other && <SubmitButton kind="danger">Merge the two</SubmitButton>}
        <Link href={`/clients/${id}`} className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}
