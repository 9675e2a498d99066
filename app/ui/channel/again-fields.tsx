'use client'
import { useState } from 'react'
import { Field, SelectField } from '../form/action-form'
import { phrase } from './channel-words'

export type Next = { id: number; name: string; detail: string }

/** What happens while nobody acknowledges: told again, and who is told next. Minutes. */
export function AgainFields({
  coolOff,
  escalateTo,
  escalateAfter,
  others,
}: {
  coolOff: number | null
  escalateTo: number | null
  escalateAfter: number | null
  others: Next[]
}) {
  const [next, setNext] = useState(escalateTo)
  const named = others.find(({ id }) => id === next)
  return (
    <div className="fields">
      <Field
        name="cool_off"
        label="Tell again after, in minutes"
        inputMode="numeric"
        defaultValue={coolOff ?? ''}
        placeholder="told once"
        autoComplete="off"
        hint="Again and again, until someone acknowledges it or it is over."
      />
      <SelectField
        name="escalate_to"
        label="Then tell"
        value={next ?? ''}
        onChange={(event) => setNext(event.target.value === '' ? null : Number(event.target.value))}
        hint="Also when this channel cannot be reached for good."
      >
        <option value="">Nobody else</option>
        {others.map(({ id, name, detail }) => (
          <option key={id} value={id}>
            {name} ({detail})
          </option>
        ))}
      </SelectField>
      {named && (
        <Field
          name="escalate_after"
          label={`${phrase(named.name, 24)} after, in minutes`}
          inputMode="numeric"
          defaultValue={escalateAfter ?? ''}
          placeholder="only when it cannot be reached"
          autoComplete="off"
          hint="Without an acknowledgement."
        />
      )}
    </div>
  )
}
