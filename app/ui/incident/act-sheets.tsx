'use client'
import { useState } from 'react'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '../form/action-form'
import type { FormAction } from '../form/form-state'
import { Icon, type IconName } from '../icons'
import { Sheet } from '../sheet'
import styles from './act-sheets.module.css'
import { assign, mute, resolve, snooze } from './actions'

type Named = { id: number; name: string }
export type ActSheetsProps = {
  incident: number
  headline: string
  assigneeId: number | null
  mutedFor: 'everyone' | number[]
  dark: number // outages in it that go on
  people: Named[] // who can act on it
  channels: (Named & { detail: string })[]
}

const acts = { assign: 'Hand over', snooze: 'Snooze', mute: 'Mute', resolve: 'Resolve by hand' } as const
type Act = keyof typeof acts
const icons: Record<Act, IconName> = { assign: 'user', snooze: 'moon', mute: 'blackout', resolve: 'check' }

/** What else can be done with an open incident: a button each, and a sheet that asks what it takes. */
export function ActSheets(props: ActSheetsProps) {
  const [open, setOpen] = useState<Act | null>(null)
  const close = () => setOpen(null)
  const sheet = { incident: props.incident, close }
  return (
    <>
      {(Object.keys(acts) as Act[]).map((act) => (
        <button key={act} type="button" className="button" aria-haspopup="dialog" onClick={() => setOpen(act)}>
          <Icon name={icons[act]} size={16} />
          {acts[act]}
        </button>
      ))}
      {open === 'assign' && (
        <ActSheet {...sheet} title="Hand it to" action={assign} verb="Hand over">
          <SelectField name="assignee" label="Operator" defaultValue={props.assigneeId ?? ''}>
            <option value="">Nobody in particular</option>
            {props.people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        </ActSheet>
      )}
      {open === 'snooze' && (
        <ActSheet {...sheet} title={`Snooze: ${props.headline}`} action={snooze} verb="Snooze">
          <p className="hint">
            Nobody is told anything new of it until then. What is still wrong then is told; that it is over is told at
            once.
          </p>
          <Choices name="minutes" label="For how long" choices={snoozes} first="60" />
          <Reason placeholder="Waiting for the power company" />
        </ActSheet>
      )}
      {open === 'mute' && (
        <ActSheet {...sheet} title={`Mute: ${props.headline}`} action={mute} verb="Keep">
          <MuteFields {...props} />
        </ActSheet>
      )}
      {open === 'resolve' && (
        <ActSheet {...sheet} title="Resolve by hand" action={resolve} verb="Resolve it now">
          <p className="hint">
            {props.dark > 0 &&
              `${props.dark === 1 ? 'One outage in it goes on, and is' : `${props.dark} outages in it go on, and are`} measured as ever. `}
            Who was told of it hears that it is resolved. Nobody is told again of these outages; the next one is told as
            ever.
          </p>
          <Reason placeholder="Taken down for good" />
        </ActSheet>
      )}
    </>
  )
}

/** A sheet with one form, which closes it when it is done. */
function ActSheet({
  title,
  close,
  action,
  incident,
  verb,
  children,
}: {
  title: string
  close: () => void
  action: FormAction
  incident: number
  verb: string
  children: React.ReactNode
}) {
  return (
    <Sheet title={title} close={close}>
      <ActionForm
        action={async (state, form) => {
          const answer = await action(state, form)
          if (!answer.errors && !answer.problem) close()
          return answer
        }}
      >
        <input type="hidden" name="incident" value={incident} />
        {children}
        <FormMessage />
        <div>
          <SubmitButton>{verb}</SubmitButton>
        </div>
      </ActionForm>
    </Sheet>
  )
}

const snoozes: [string, string][] = [
  ['30', '30 minutes'],
  ['60', '1 hour'],
  ['120', '2 hours'],
  ['240', '4 hours'],
  ['480', '8 hours'],
  ['1440', '1 day'],
  ['4320', '3 days'],
  ['10080', '1 week'],
]

function Choices({
  name,
  label,
  choices,
  first,
  onChoose,
}: {
  name: string
  label: string
  choices: [string, string][]
  first: string
  onChoose?: (value: string) => void
}) {
  return (
    <div role="radiogroup" aria-label={label} className={styles.choices}>
      {choices.map(([value, word]) => (
        <label key={value} className={styles.choice}>
          <input
            type="radio"
            name={name}
            value={value}
            defaultChecked={value === first}
            onChange={() => onChoose?.(value)}
          />
          {word}
        </label>
      ))}
    </div>
  )
}

const Reason = ({ placeholder }: { placeholder: string }) => (
  <Field name="reason" label="Reason" placeholder={placeholder} maxLength={500} autoComplete="off" />
)

function MuteFields({ mutedFor, channels }: Pick<ActSheetsProps, 'mutedFor' | 'channels'>) {
  const first = mutedFor === 'everyone' ? 'everyone' : mutedFor.length > 0 ? 'some' : 'everyone'
  const [whom, setWhom] = useState<string>(first)
  const isMuted = mutedFor === 'everyone' || mutedFor.length > 0
  const choices: [string, string][] = [
    ['everyone', 'For everyone'],
    ['some', 'For some channels'],
    ...(isMuted ? ([['nobody', 'For nobody: unmute it']] as [string, string][]) : []),
  ]
  return (
    <>
      <p className="hint">They are told nothing more of it, not even that it is over, until it is unmuted.</p>
      <Choices name="whom" label="For whom" choices={choices} first={first} onChoose={setWhom} />
      {whom === 'some' && (
        <fieldset className={styles.channels}>
          <legend className="label">Channels</legend>
          {channels.map(({ id, name, detail }) => (
            <label key={id} className={styles.choice}>
              <input
                type="checkbox"
                name="channel"
                value={id}
                defaultChecked={mutedFor !== 'everyone' && mutedFor.includes(id)}
              />
              <span className="clip">
                {name} <span className="muted">{detail}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {whom !== 'nobody' && <Reason placeholder="Known, parts are ordered" />}
    </>
  )
}
