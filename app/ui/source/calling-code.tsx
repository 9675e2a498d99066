'use client'
import { Field } from '../form/action-form'

/** Of phone numbers that are written without one. */
export function CallingCode({ value }: { value: string }) {
  return (
    <Field
      name="calling_code"
      label="Calling code"
      defaultValue={value}
      placeholder="1"
      inputMode="numeric"
      hint="Of numbers that are written without one."
      autoComplete="off"
    />
  )
}
