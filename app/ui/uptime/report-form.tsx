'use client'
import { useEffect, useState } from 'react'
import type { ReportSettings } from '@/lib/store/reports'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '../form/action-form'
import { saveReport } from './report-actions'

const kinds: [ReportSettings['of'], string][] = [
  ['clients', 'Clients'],
  ['devices', 'Devices'],
  ['jobs', 'Jobs'],
  ['all', 'Devices and jobs'],
]

/** To whom, in whose months, and of what. */
export function ReportForm({ settings: { recipients, zone, of } }: { settings: ReportSettings }) {
  const [zones, setZones] = useState<string[]>([])
  // Some 400 names that the page need not carry.
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  return (
    <ActionForm action={saveReport}>
      <Field
        name="recipients"
        label="To"
        defaultValue={recipients.join(', ')}
        autoComplete="off"
        inputMode="email"
        hint="E-mail addresses, commas between them. Empty: nobody gets it."
      />
      <SelectField name="of" label="Of" defaultValue={of}>
        {kinds.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </SelectField>
      <SelectField name="zone" label="Months of" defaultValue={zone} key={`${zone} ${zones.length}`}>
        {[...new Set([zone, 'UTC', ...zones])].map((one) => (
          <option key={one} value={one}>
            {one.replaceAll('_', ' ')}
          </option>
        ))}
      </SelectField>
      <FormMessage />
      <div>
        <SubmitButton>Save</SubmitButton>
      </div>
    </ActionForm>
  )
}
