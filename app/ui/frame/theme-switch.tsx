'use client'
import { useState } from 'react'
import { Icon } from '../icons'
import type { Theme } from '../viewer'
import styles from './theme-switch.module.css'

const themes = [
  { value: 'auto', name: 'As the system', icon: 'auto' },
  { value: 'light', name: 'Light', icon: 'sun' },
  { value: 'dark', name: 'Dark', icon: 'moon' },
] as const

/** Light, dark, or as the system has it; kept in a cookie, so that the first byte already has it. */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  const [chosen, setChosen] = useState(theme)
  function choose(value: Theme) {
    setChosen(value)
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing in Firefox and Safari
    document.cookie = `theme=${value}; path=/; max-age=${value === 'auto' ? 0 : 31536000}; samesite=lax`
    if (value === 'auto') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = value
  }
  return (
    <fieldset className={styles.switch}>
      <legend className="visually-hidden">Theme</legend>
      {themes.map(({ value, name, icon }) => (
        <button key={value} type="button" aria-pressed={chosen === value} title={name} onClick={() => choose(value)}>
          <Icon name={icon} size={16} />
          <span className="visually-hidden">{name}</span>
        </button>
      ))}
    </fieldset>
  )
}
