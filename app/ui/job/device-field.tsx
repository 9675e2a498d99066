'use client'
import { useEffect, useRef, useState } from 'react'
import { Field } from '../form/action-form'
import { deviceNames } from './save-job'

/** A device by its name: the field finds it by a part of its name or address. */
export function DeviceField({
  name,
  label,
  hint,
  defaultValue,
}: {
  name: string
  label: string
  hint: string
  defaultValue: string
}) {
  const [found, setFound] = useState<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asked = useRef('')
  useEffect(() => () => clearTimeout(timer.current), [])
  const ask = (query: string) => {
    asked.current = query
    clearTimeout(timer.current)
    timer.current = setTimeout(async () => {
      const names = await deviceNames(query).catch(() => [])
      if (asked.current === query) setFound(names)
    }, 120)
  }
  return (
    <div>
      <Field
        name={name}
        label={label}
        hint={hint}
        list={`${name}-found`}
        defaultValue={defaultValue}
        onFocus={(event) => ask(event.target.value.trim())}
        onChange={(event) => ask(event.target.value.trim())}
        autoComplete="off"
      />
      <datalist id={`${name}-found`}>
        {found.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </div>
  )
}
