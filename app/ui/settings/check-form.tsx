'use client'
import { useEffect, useState } from 'react'
import type { CheckSettings, Rhythm } from '@/lib/domain/self-checks'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '../form/action-form'
import { useZone } from '../time'
import { saveChecks } from './check-actions'
import styles from './checks.module.css'

export type TestableChannel = { id: number; name: string; kind: string; tested: boolean }
type Props = {
  settings: CheckSettings
  /** Where the other monitor is, without what opens its door; null: none is set. */
  otherMonitor: string | null
  channels: TestableChannel[]
  isSaid: boolean // somebody has set it before
}

const words: Record<Rhythm, string> = {
  off: 'never',
  daily: 'each day',
  weekly: 'each Monday',
  monthly: 'on the first of the month',
}
const order: Rhythm[] = ['daily', 'weekly', 'monthly', 'off']
const twoDigits = (value: number) => String(value).padStart(2, '0')

/** When checks are made, of what, and where another monitor is. */
export function CheckForm({ settings, otherMonitor, channels, isSaid }: Props) {
  const own = useZone()
  const zone = isSaid ? settings.zone : own
  const [zones, setZones] = useState<string[]>([])
  const [every, setEvery] = useState(settings.deadManSeconds ?? 0)
  // Some 400 names that the page need not carry.
  useEffect(() => setZones(Intl.supportedValuesOf('timeZone')), [])
  return (
    <ActionForm action={saveChecks}>
      <div className={styles.fields}>
        <Rhythms name="mail" label="Mail to itself" value={settings.mail} />
        <Rhythms name="push" label="Push to every device" value={settings.push} />
        <Rhythms name="channels" label="Test of the channels" value={settings.channels} />
        <Field
          name="time"
          label="At"
          type="time"
          defaultValue={`${twoDigits(Math.floor(settings.minute / 60))}:${twoDigits(settings.minute % 60)}`}
        />
        <SelectField name="zone" label="Zone" defaultValue={zone} key={`${zone} ${zones.length}`}>
          {[...new Set([zone, 'UTC', ...zones])].map((one) => (
            <option key={one} value={one}>
              {one.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
      </div>
      {channels.length > 0 && (
        <fieldset className={styles.channels}>
          <legend>Channels that are tested</legend>
          {channels.map(({ id, name, kind, tested }) => (
            <label key={id} className="check">
              <input type="hidden" name="listed" value={id} />
              <input type="checkbox" name="tested" value={id} defaultChecked={tested} />
              <span>
                {name} <span className="muted">{kind}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <label className="check">
        <input type="checkbox" name="keeper" defaultChecked={settings.keeper} />
        <span>
          The keeper’s last cycle, each minute <span className="muted">once there is a channel beside the phones</span>
        </span>
      </label>
      <div className={styles.fields}>
        <SelectField
          name="dead_man"
          label="Ping another monitor"
          value={every}
          onChange={(event) => setEvery(Number(event.target.value))}
        >
          <option value="0">never</option>
          <option value="60">each minute</option>
          <option value="300">every 5 minutes</option>
          <option value="900">every 15 minutes</option>
          {![0, 60, 300, 900].includes(every) && <option value={every}>every {every} seconds</option>}
        </SelectField>
        {every > 0 && (
          <Field
            name="url"
            label="Its address for us"
            type="url"
            inputMode="url"
            autoComplete="off"
            className={styles.wide ?? ''}
            placeholder={otherMonitor ?? 'https://'}
            hint={
              otherMonitor ? 'Empty: it stays as it is.' : 'What a heartbeat monitor elsewhere gives a job to call.'
            }
          />
        )}
      </div>
      <FormMessage />
      <div>
        <SubmitButton>Save</SubmitButton>
      </div>
    </ActionForm>
  )
}

function Rhythms({ name, label, value }: { name: string; label: string; value: Rhythm }) {
  return (
    <SelectField name={name} label={label} defaultValue={value}>
      {order.map((one) => (
        <option key={one} value={one}>
          {words[one]}
        </option>
      ))}
    </SelectField>
  )
}
