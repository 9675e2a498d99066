'use client'
import { useState } from 'react'
import { Icon } from '../icons'
import { StateShape } from '../state-mark'
import { Ago } from '../time'
import { turnOff } from './ensure-push'
import { askServer, type PushDevice } from './push-api'
import styles from './push-devices.module.css'
import { PushTest } from './push-test'
import { tellPush } from './use-push'

const states = {
  ok: { shape: 'up', word: 'Told', means: 'Alerts reach it.' },
  doubtful: {
    shape: 'suspect',
    word: 'Doubtful',
    means: 'The push service took the last notice, but the device never said that it showed it. Send a test.',
  },
  muted: {
    shape: 'paused',
    word: 'Muted',
    means:
      'Notifications are switched off for Beatline in its browser. It heals by itself once they are allowed again.',
  },
  lost: {
    shape: 'down',
    word: 'Lost',
    means: 'Its subscription is gone. Open Beatline on it: it heals by itself, and gets what it missed.',
  },
} as const

type RowProps = { device: PushDevice; here: boolean; onChange: () => void }

/** One device: how it stands, when it last heard from us, and what can be done about it. */
export function PushDeviceRow({ device, here, onChange }: RowProps) {
  const [editing, setEditing] = useState(false)
  const { shape, word, means } = states[device.state]
  return (
    <li className={styles.device} data-state={device.state} data-testid="push-device">
      <div className={styles.head}>
        {editing ? (
          <Rename
            device={device}
            onDone={() => {
              setEditing(false)
              onChange()
            }}
          />
        ) : (
          <h3 className={styles.name}>
            {device.name} {here && <span className={styles.here}>this device</span>}
          </h3>
        )}
        <span className={styles.state} title={means}>
          <StateShape status={shape} /> {word}
        </span>
      </div>
      {device.state !== 'ok' && <p className={styles.means}>{reason(device) ?? means}</p>}
      <dl className={styles.facts}>
        <Fact name="Accepted" at={device.last_accepted_at} />
        <Fact name="Shown" at={device.last_shown_at} />
        <Fact name="Opened" at={device.last_opened_at} />
      </dl>
      <PushTest device={device} onChange={onChange}>
        <button
          type="button"
          className="button"
          data-kind="quiet"
          data-size="small"
          onClick={() => setEditing(!editing)}
        >
          <Icon name="edit" size={16} /> Rename
        </button>
        <Remove device={device} here={here} onChange={onChange} />
      </PushTest>
    </li>
  )
}

function reason(device: PushDevice): string | null {
  if (device.state !== 'lost' || !device.lost_reason) return null
  return `${device.lost_reason.replace(/\.$/, '')}. ${states.lost.means}`
}

function Fact({ name, at }: { name: string; at: string | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{at ? <Ago at={at} /> : 'never'}</dd>
    </div>
  )
}

function Rename({ device, onDone }: { device: PushDevice; onDone: () => void }) {
  const [problem, setProblem] = useState('')
  async function save(form: FormData) {
    const name = String(form.get('name')).trim()
    try {
      if (name !== device.name) await askServer(`/api/push/subscriptions/${device.id}`, 'PATCH', { name })
      onDone()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'no answer')
    }
  }
  return (
    <form action={save} className="row">
      <input
        className={`input ${styles.input}`}
        name="name"
        aria-label="Name of the device"
        defaultValue={device.name}
        maxLength={80}
        required
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button just pressed
        autoFocus
      />
      <button type="submit" className="button" data-size="small">
        Save
      </button>
      {problem && (
        <p role="alert" className="problem">
          Not saved: {problem}
        </p>
      )}
    </form>
  )
}

function Remove({ device, here, onChange }: RowProps) {
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState('')
  async function remove() {
    try {
      if (here) tellPush(await turnOff())
      else await askServer(`/api/push/subscriptions/${device.id}`, 'DELETE')
      onChange()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'no answer')
    }
  }
  if (!asking)
    return (
      <button type="button" className="button" data-kind="danger" data-size="small" onClick={() => setAsking(true)}>
        Remove
      </button>
    )
  return (
    <span className="row">
      <span>
        {here
          ? 'It is told nothing more.'
          : 'It is told nothing more, until Beatline is opened on it. For good: turn it off there, or end its session.'}
      </span>
      <button type="button" className="button" data-kind="danger" data-size="small" onClick={remove}>
        Remove
      </button>
      <button type="button" className="button" data-kind="quiet" data-size="small" onClick={() => setAsking(false)}>
        Keep
      </button>
      {problem && (
        <span role="alert" className="problem">
          Not removed: {problem}
        </span>
      )}
    </span>
  )
}
