'use client'
import { unstable_rethrow } from 'next/navigation'
import { createContext, use, useActionState, useEffect, useId, useRef, useState, useTransition } from 'react'
import type { FormAction, FormState } from './form-state'

const FormContext = createContext<{ state: FormState; pending: boolean }>({ state: {}, pending: false })

/** A form around a server action: keeps what was typed, shows what the action says, moves to the first wrong field. */
export function ActionForm({
  action,
  children,
  className = 'stack',
  clearWhenDone = false,
}: {
  action: FormAction
  children: React.ReactNode
  className?: string
  clearWhenDone?: boolean
}) {
  // Without a script the form goes to the action by itself; with one it is sent from here, so that a lost connection
  // is a sentence under the form and not an error page.
  const [posted, post] = useActionState(action, {})
  const [said, setSaid] = useState<FormState>()
  const [pending, startTransition] = useTransition()
  const state = said ?? posted
  const send = (data: FormData) =>
    startTransition(async () => {
      const answer = await action(state, data).catch((error: unknown): FormState => {
        unstable_rethrow(error)
        return { problem: 'The server did not answer. Nothing is lost: check the connection and try again.' }
      })
      startTransition(() => setSaid(answer))
    })
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (state.errors) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    if (clearWhenDone && state.done) form.current?.reset()
  }, [state, clearWhenDone])
  return (
    <form
      ref={form}
      action={post}
      className={className}
      noValidate
      onSubmit={(event) => {
        // React would empty the fields after the action, also those that were wrong.
        event.preventDefault()
        const data = new FormData(event.currentTarget, (event.nativeEvent as SubmitEvent).submitter)
        send(data)
      }}
    >
      <FormContext value={{ state, pending }}>{children}</FormContext>
    </form>
  )
}

type FieldProps = { name: string; label: string; hint?: React.ReactNode | undefined; className?: string }

function useField(name: string, hint: React.ReactNode) {
  const id = useId()
  const error = use(FormContext).state.errors?.[name]
  const described = [error ? `${id}-error` : '', hint ? `${id}-hint` : ''].filter(Boolean).join(' ') || undefined
  return { id, error, control: { id, name, 'aria-invalid': error ? true : undefined, 'aria-describedby': described } }
}

/** What the action said about one field, for controls that are none of the fields here. */
export const useFieldError = (name: string): string | undefined => use(FormContext).state.errors?.[name]

function FieldFrame({
  id,
  label,
  hint,
  error,
  className = '',
  children,
}: Omit<FieldProps, 'name'> & { id: string; error: string | undefined; children: React.ReactNode }) {
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children}
      {error && (
        <p id={`${id}-error`} className="problem">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  )
}

/** What the action said of fields, by their names. */
export const useProblems = (): Record<string, string> => use(FormContext).state.errors ?? none
const none = {}

/** What the action said about a part of the form that is no single input. */
export function PartProblem({ name }: { name: string }) {
  const error = use(FormContext).state.errors?.[name]
  return error ? (
    <p role="alert" className="problem">
      {error}
    </p>
  ) : null
}

/** A labelled input with its hint and its error. */
export function Field({
  name,
  label,
  hint,
  className = '',
  ...input
}: FieldProps & Omit<React.ComponentProps<'input'>, 'name' | 'id' | 'className'>) {
  const { id, error, control } = useField(name, hint)
  return (
    <FieldFrame {...{ id, label, hint, error, className }}>
      <input className="input" {...control} {...input} />
    </FieldFrame>
  )
}

export function SelectField({
  name,
  label,
  hint,
  className = '',
  children,
  ...select
}: FieldProps & Omit<React.ComponentProps<'select'>, 'name' | 'id' | 'className'>) {
  const { id, error, control } = useField(name, hint)
  return (
    <FieldFrame {...{ id, label, hint, error, className }}>
      <select className="input" {...control} {...select}>
        {children}
      </select>
    </FieldFrame>
  )
}

export function TextField({
  name,
  label,
  hint,
  className = '',
  ...area
}: FieldProps & Omit<React.ComponentProps<'textarea'>, 'name' | 'id' | 'className'>) {
  const { id, error, control } = useField(name, hint)
  return (
    <FieldFrame {...{ id, label, hint, error, className }}>
      <textarea className="input" {...control} {...area} />
    </FieldFrame>
  )
}

export function SubmitButton({
  children,
  kind = 'primary',
  size,
  name,
  value,
}: {
  children: React.ReactNode
  kind?: 'primary' | 'quiet' | 'danger' | 'plain'
  size?: 'small'
  name?: string
  value?: string
}) {
  const { pending } = use(FormContext)
  return (
    <button
      type="submit"
      className="button"
      data-kind={kind}
      data-size={size}
      disabled={pending}
      name={name}
      value={value}
    >
      {children}
    </button>
  )
}

/** What the action said about the whole form. */
export function FormMessage() {
  const { state } = use(FormContext)
  return (
    <div aria-live="polite" className="form-message">
      {state.problem && (
        <p className="note" data-tone="down">
          {state.problem}
        </p>
      )}
      {state.errors && !state.problem && (
        <p className="note" data-tone="down">
          {Object.keys(state.errors).length === 1 ? 'One field needs' : 'Some fields need'} another look.
        </p>
      )}
      {state.done && (
        <p className="note" data-tone="up">
          {state.done}
        </p>
      )}
      {state.secret && (
        <div className="stack">
          <code className="secret">{state.secret}</code>
          <p className="hint">Copy it now: it is shown this once and cannot be read again.</p>
        </div>
      )}
    </div>
  )
}
