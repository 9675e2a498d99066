'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { channelForms } from '@/lib/domain/channel-fields'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import { anyTime, type Hours } from '@/lib/domain/hours'
import { ActionForm, Field, FormMessage, SubmitButton, useProblems } from '../form/action-form'
import job from '../job/job-form.module.css'
import { useZone } from '../time'
import { saveChannel } from './actions'
import { AgainFields, type Next } from './again-fields'
import styles from './channel-form.module.css'
import { ConfigInput } from './config-field'
import { HoursFields, type PlaceChoice } from './hours-fields'
import { type IncidentChoice, PayloadPreview } from './payload-preview'

/** A channel as its form begins; `config` as REST answers it, null where it cannot be opened. */
export type ChannelGiven = {
  id: number
  name: string
  config: Record<string, unknown> | null
  hours: Hours
  criticalBreaksThrough: boolean
  coolOffMinutes: number | null
  escalateTo: number | null
  escalateAfterMinutes: number | null
}

/** Adds or changes a channel. `now` is epoch ms. */
export function ChannelForm({
  kind,
  channel,
  others,
  places,
  incidents,
  now,
}: {
  kind: ChannelKind
  channel?: ChannelGiven
  others: Next[] // that it may escalate to
  places: PlaceChoice[]
  incidents: IncidentChoice[] // for a preview
  now: number
}) {
  const zone = useZone()
  // As a channel begins: its ranges, once there are some, are meant by the operator's own clock.
  const unsaid = !channel || (channel.hours.ranges.length === 0 && channel.hours.zone === anyTime.zone)
  return (
    <ActionForm action={saveChannel} className={job.form ?? ''}>
      {channel ? (
        <input type="hidden" name="id" value={channel.id} />
      ) : (
        <input type="hidden" name="kind" value={kind} />
      )}
      {kind !== 'web_push' && (
        <div className="stack">
          <Field
            name="name"
            label="Name"
            defaultValue={channel?.name}
            placeholder={`NOC ${channelForms[kind].label}`}
            maxLength={80}
            autoComplete="off"
            aria-required
          />
          <ConfigFields kind={kind} config={channel?.config ?? {}} isNew={!channel} />
          {kind === 'webhook' && <PayloadPreview incidents={incidents} now={now} />}
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
      <div role="group" aria-labelledby="hours" className={kind === 'web_push' ? 'stack' : job.block}>
        <h2 id="hours">When it likes to be told</h2>
        <HoursFields hours={unsaid ? { ...anyTime, zone } : channel.hours} places={places} now={now} />
        <label className="check">
          <input type="checkbox" name="critical" defaultChecked={channel?.criticalBreaksThrough ?? true} />
          What is critical breaks through at any hour
        </label>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="group" aria-labelledby="again" className={job.block}>
        <h2 id="again">While nobody acknowledges</h2>
        <AgainFields
          coolOff={channel?.coolOffMinutes ?? null}
          escalateTo={channel?.escalateTo ?? null}
          escalateAfter={channel?.escalateAfterMinutes ?? null}
          others={others}
        />
      </div>
      <FormMessage />
      <div className="row">
        <SubmitButton>{channel ? 'Save' : 'Add the channel'}</SubmitButton>
        <Link href="/channels" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

function ConfigFields({
  kind,
  config,
  isNew,
}: {
  kind: Exclude<ChannelKind, 'web_push'>
  config: Record<string, unknown>
  isNew: boolean
}) {
  const { how, fields } = channelForms[kind]
  const inputs = (few: boolean) =>
    fields
      .filter((field) => Boolean(field.more) === few)
      .map((field) => <ConfigInput key={field.name} field={field} value={config[field.name]} isNew={isNew} />)
  const seldom = inputs(true)
  return (
    <>
      <p className="hint">{how}</p>
      <div className="fields">{inputs(false)}</div>
      {seldom.length > 0 && (
        <More names={fields.filter((field) => field.more).map(({ name }) => `config.${name}`)}>
          <div className="fields">{seldom}</div>
        </More>
      )}
    </>
  )
}

/** Fields that few need: folded, but not over one that is wrong. */
function More({ names, children }: { names: string[]; children: React.ReactNode }) {
  const problems = useProblems()
  const isWrong = names.some((name) => problems[name] !== undefined)
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (isWrong) setOpen(true)
  }, [isWrong])
  return (
    <details className={styles.more} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>More</summary>
      {children}
    </details>
  )
}
