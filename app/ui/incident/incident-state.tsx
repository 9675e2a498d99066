import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import type { FormAction } from '../form/form-state'
import { Icon, type IconName } from '../icons'
import { Ago, Clock } from '../time'
import { mute, snooze, unacknowledge } from './actions'
import styles from './incident-state.module.css'

type Standing = {
  id: number
  resolvedAt: Date | null
  resolvedBy: string | null
  acknowledgedAt: Date | null
  acknowledgedBy: string | null
  assignee: { name: string } | null
  snoozedUntil: Date | null
  mutedFor: 'everyone' | number[]
}

/** How an incident stands among people, a line for each thing that was done and can be taken back. `now` is epoch ms. */
export function IncidentState({
  incident,
  channels,
  dark,
  now,
  mayWrite,
}: {
  incident: Standing
  channels: { id: number; name: string }[]
  dark: number // outages in it that go on
  now: number
  mayWrite: boolean
}) {
  const { resolvedAt, acknowledgedAt, assignee, snoozedUntil, mutedFor } = incident
  const open = resolvedAt === null
  const mayUndo = mayWrite && open
  const isMuted = mutedFor === 'everyone' || mutedFor.length > 0
  return (
    <ul className={styles.state}>
      {acknowledgedAt && (
        <Line icon="check" undo={mayUndo && { incident, action: unacknowledge, verb: 'Let go' }}>
          <strong>{incident.acknowledgedBy ?? 'Somebody'}</strong> {open ? 'is on it' : 'was on it'},{' '}
          <Ago at={acknowledgedAt} />
        </Line>
      )}
      {!acknowledgedAt && open && (
        <li className={styles.nobody}>
          <Icon name="user" size={16} />
          <span>Nobody on it yet</span>
        </li>
      )}
      {assignee && (
        <Line icon="user">
          Handed to <strong>{assignee.name}</strong>
        </Line>
      )}
      {open && snoozedUntil && snoozedUntil.getTime() > now && (
        <Line
          icon="moon"
          undo={mayUndo && { incident, action: snooze, verb: 'End the snooze', fields: { minutes: '0' } }}
        >
          Snoozed until <Clock at={snoozedUntil} seconds={false} />, <Ago at={snoozedUntil} />
        </Line>
      )}
      {open && isMuted && (
        <Line icon="blackout" undo={mayUndo && { incident, action: mute, verb: 'Unmute', fields: { whom: 'nobody' } }}>
          Muted for {mutedFor === 'everyone' ? 'everyone' : named(mutedFor, channels)}
        </Line>
      )}
      {incident.resolvedBy && (
        <Line icon="check">
          <strong>{incident.resolvedBy}</strong> resolved it by hand
          {dark > 0 && `; ${dark === 1 ? 'one outage in it goes on' : `${dark} outages in it go on`}`}
        </Line>
      )}
    </ul>
  )
}

function named(ids: readonly number[], channels: { id: number; name: string }[]): string {
  const names = ids.flatMap((id) => channels.find((channel) => channel.id === id)?.name ?? [])
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown || 'channels that are gone'
}

type Undo = { incident: { id: number }; action: FormAction; verb: string; fields?: Record<string, string> }

function Line({ icon, undo, children }: { icon: IconName; undo?: Undo | false; children: React.ReactNode }) {
  return (
    <li>
      <Icon name={icon} size={16} />
      <span>{children}</span>
      {undo && (
        <ActionForm action={undo.action} className="row">
          <input type="hidden" name="incident" value={undo.incident.id} />
          {Object.entries(undo.fields ?? {}).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <SubmitButton kind="quiet" size="small">
            {undo.verb}
          </SubmitButton>
          <FormMessage />
        </ActionForm>
      )}
    </li>
  )
}
