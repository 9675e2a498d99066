import type { ConfigField } from '@/lib/domain/channel-fields'
import { formText, keptSecret } from '@/lib/domain/channel-form'
import { Field, SelectField, TextField } from '../form/action-form'
import job from '../job/job-form.module.css'
import styles from './channel-form.module.css'

/** One field of a kind's JSON. `value` as REST answers it: a secret that is kept is a mask. */
export function ConfigInput({ field, value, isNew }: { field: ConfigField; value: unknown; isNew: boolean }) {
  const name = `config.${field.name}`
  const text = formText(field, value)
  const isKept = value === keptSecret
  const said = {
    name,
    label: field.label,
    hint: field.hint,
    defaultValue: text,
    placeholder: isKept ? 'Kept. Type to replace it' : field.placeholder,
    autoComplete: 'off',
    spellCheck: false,
  }
  if (field.as === 'check') {
    return (
      <label className={`check ${styles.wide}`}>
        <input type="checkbox" name={name} defaultChecked={value === true} />
        {field.label}
      </label>
    )
  }
  if (field.as === 'select') {
    return (
      <SelectField name={name} label={field.label} hint={field.hint} defaultValue={text || field.options?.[0]?.[0]}>
        {field.options?.map(([option, word]) => (
          <option key={option} value={option}>
            {word}
          </option>
        ))}
      </SelectField>
    )
  }
  if (field.as === 'headers' || field.as === 'people' || field.as === 'template') {
    const rows = field.as === 'template' ? 8 : 2
    return <TextField {...said} rows={rows} className={`${styles.wide} ${job.mono} ${styles.lines}`} />
  }
  const isPassword = field.secret && field.as === 'text'
  return (
    <div className={field.as === 'url' || field.name === 'to_email' ? styles.wide : undefined}>
      <Field
        {...said}
        type={isPassword ? 'password' : 'text'}
        autoComplete={isPassword ? 'new-password' : 'off'}
        inputMode={field.as === 'number' ? 'numeric' : field.as === 'url' ? 'url' : undefined}
        aria-required={field.required && !isKept}
      />
      {isKept && !field.required && !isNew && (
        <label className="check">
          <input type="checkbox" name={`config.remove.${field.name}`} />
          Remove it
        </label>
      )}
    </div>
  )
}
