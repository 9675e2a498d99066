'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { historyDays, statusLimits } from '@/lib/domain/status-page'
import type { StatusPage } from '@/lib/store/status-pages'
import { type Chip, ChipPicker } from '../blackout/chip-picker'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton, TextField } from '../form/action-form'
import { useZone } from '../time'
import { saveStatusPage } from './page-actions'

/** Adds or changes a status page. `sites` and `tags` are all there are. */
export function StatusPageForm({ page, sites, tags }: { page?: StatusPage; sites: Chip[]; tags: string[] }) {
  const viewers = useZone()
  const zone = page?.timeZone ?? viewers
  const [zones, setZones] = useState<string[]>([])
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  const [chosen, setChosen] = useState({
    sites: sites.filter((site) => page?.siteIds.includes(Number(site.value))),
    tags: (page?.tags ?? []).map((tag) => ({ value: tag, word: tag })),
  })
  return (
    <ActionForm action={saveStatusPage}>
      {page && <input type="hidden" name="id" value={page.id} />}
      <div className="fields" data-columns="2">
        <Field
          name="title"
          label="Title"
          defaultValue={page?.title ?? ''}
          maxLength={statusLimits.title}
          autoComplete="off"
        />
        <Field
          name="slug"
          label="Address: /status/"
          defaultValue={page?.slug ?? ''}
          placeholder="north-valley"
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <TextField
        name="intro"
        label="Words at its head"
        rows={2}
        defaultValue={page?.intro ?? ''}
        maxLength={statusLimits.intro}
      />
      <ChipPicker
        name="site"
        label="Sites"
        hint="None chosen: all of them. Their names are public."
        placeholder="All"
        chosen={chosen.sites}
        onChange={(picked) => setChosen({ ...chosen, sites: picked })}
        find={(query) => sites.filter((site) => site.word.toLowerCase().includes(query.toLowerCase()))}
      />
      <ChipPicker
        name="tag"
        label="Tags"
        hint="Only devices and jobs with one of them. None chosen: all devices, no job. A tag of jobs is shown as a service by its name."
        placeholder="All devices"
        chosen={chosen.tags}
        onChange={(picked) => setChosen({ ...chosen, tags: picked })}
        find={(query) =>
          tags
            .filter((tag) => tag.toLowerCase().includes(query.toLowerCase()))
            .map((tag) => ({ value: tag, word: tag }))
        }
      />
      <div className="fields" data-columns="2">
        <Field
          name="history_days"
          label="Days of history"
          type="number"
          min={historyDays.min}
          max={historyDays.max}
          defaultValue={page?.historyDays ?? historyDays.default}
        />
        <SelectField key={zone} name="time_zone" label="Times in" defaultValue={zone}>
          {[...new Set([zone, 'UTC', ...zones])].map((one) => (
            <option key={one} value={one}>
              {one.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
      </div>
      <div>
        <label className="check">
          <input type="checkbox" name="public" defaultChecked={page?.isPublic ?? false} />
          Public: anybody may read it
        </label>
        <br />
        <label className="check">
          <input type="checkbox" name="takes_subscribers" defaultChecked={page?.takesSubscribers ?? true} />
          Readers may ask to be told by e-mail or text
        </label>
      </div>
      <FormMessage />
      <div className="row">
        <SubmitButton>{page ? 'Save' : 'Add the page'}</SubmitButton>
        <Link href="/settings/status-pages" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}
