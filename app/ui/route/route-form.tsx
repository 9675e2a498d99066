'use client'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { priorities } from '@/lib/domain/priority-words'
import { incidentKinds, type Route } from '@/lib/domain/route'
import { roles } from '@/lib/domain/status'
import type { MatchPreview } from '@/lib/past-preview'
import type { ChannelChoice } from '@/lib/store/channel-choices'
import { type Chip, ChipPicker } from '../blackout/chip-picker'
import { ActionForm, Field, FormMessage, SubmitButton } from '../form/action-form'
import form from '../job/job-form.module.css'
import { saveRoute, tryRoute, whatIfRoute } from './actions'
import { ChannelTicks } from './channel-ticks'
import { MatchWords } from './match-words'
import styles from './route-form.module.css'
import { kindWords, priorityWords, roleWords } from './route-words'
import { WhatIfPanel } from './what-if-panel'

export type Names = { sites: string[]; tags: string[]; clients: string[] }
const typingMs = 400

/** Adds or changes a route; shows which incidents of the last 30 days it is for, and what would have been told. */
export function RouteForm({
  route,
  names,
  channels,
  isFirst,
}: {
  route?: Route
  names: Names
  channels: ChannelChoice[]
  isFirst: boolean
}) {
  const frame = useRef<HTMLDivElement>(null)
  const [lists, setLists] = useState({
    site: chipsOf(route?.condition.sites),
    tag: chipsOf(route?.condition.tags),
    client: chipsOf(route?.condition.clients),
  })
  const [match, setMatch] = useState<MatchPreview | null>(null)
  const [version, setVersion] = useState(0)
  const changed = () => setVersion((before) => before + 1)
  const data = () => {
    const element = frame.current?.closest('form')
    return element ? new FormData(element) : null
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen is in the form once it is rendered
  useEffect(changed, [lists])
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew for each version of the form
  useEffect(() => {
    let isCurrent = true
    const timer = setTimeout(async () => {
      const now = data()
      const found = now && (await tryRoute(now).catch(() => null))
      if (isCurrent) setMatch(found)
    }, typingMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [version])
  const picker = (name: keyof typeof lists, label: string, known: string[]) => (
    <ChipPicker
      name={name}
      label={label}
      placeholder="Any"
      chosen={lists[name]}
      onChange={(chosen) => setLists({ ...lists, [name]: chosen })}
      find={(query) => found(known, query)}
    />
  )
  return (
    <ActionForm action={saveRoute} className={form.form ?? ''}>
      <div ref={frame} onChange={changed} className={form.form}>
        {route && <input type="hidden" name="id" value={route.id} />}
        {isFirst && (
          <p className="note" data-tone="amber">
            This is the first route. Without any, every channel is told of everything; from the first one on, a channel
            is told only of what a route leads to it.
          </p>
        )}
        <Field
          name="name"
          label="Name"
          defaultValue={route?.name}
          placeholder="Core network"
          maxLength={120}
          autoComplete="off"
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
        <div role="group" aria-labelledby="for" className={form.block}>
          <h2 id="for">Which incidents</h2>
          <p className="hint">Every line that says something has to hold, with any one of its values.</p>
          <Ticks
            name="priority"
            label="Priority"
            words={priorities.map((one) => [one, priorityWords[one]])}
            ticked={route?.condition.priorities}
          />
          <Ticks
            name="kind"
            label="Kind"
            words={incidentKinds.map((one) => [one, kindWords[one]])}
            ticked={route?.condition.kinds}
          />
          <Ticks
            name="role"
            label="Role of the device"
            words={roles.map((one) => [one, roleWords[one]])}
            ticked={route?.condition.roles}
          />
          <div className="fields">
            {picker('site', 'Site', names.sites)}
            {picker('tag', 'Tag', names.tags)}
            {picker('client', 'Client served', names.clients)}
            <Field
              name="size"
              label="Outages in it, at least"
              type="number"
              min={0}
              inputMode="numeric"
              placeholder="Any"
              defaultValue={route?.condition.sizeFrom || ''}
            />
          </div>
          <MatchWords match={match} />
        </div>
        <ChannelTicks channels={channels} chosen={route?.channelIds ?? []} />
      </div>
      <WhatIfPanel version={version} ask={() => whatIfRoute(data() ?? new FormData())} />
      <FormMessage />
      <div className="row">
        <SubmitButton>{route ? 'Save' : 'Add the route'}</SubmitButton>
        <Link href="/routes" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

function Ticks({
  name,
  label,
  words,
  ticked = [],
}: {
  name: string
  label: string
  words: [value: string, word: string][]
  ticked?: readonly string[] | undefined
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a legend cannot stand in a row
    <div role="group" aria-label={label} className="field">
      <span className="label" aria-hidden="true">
        {label}
      </span>
      <div className={styles.ticks}>
        {words.map(([value, word]) => (
          <label key={value} className={styles.tick}>
            <input type="checkbox" name={name} value={value} defaultChecked={ticked.includes(value)} />
            {word}
          </label>
        ))}
      </div>
    </div>
  )
}

const chipsOf = (values: readonly string[] = []): Chip[] => values.map((value) => ({ value, word: value }))

/** Names that are known, and what is typed as a new one. */
function found(known: string[], query: string): Chip[] {
  const text = query.trim()
  const fitting = known.filter((name) => name.toLowerCase().includes(text.toLowerCase())).slice(0, 8)
  const isNew = text !== '' && !known.some((name) => name === text)
  return [...chipsOf(fitting), ...(isNew ? [{ value: text, word: text, detail: 'not in use' }] : [])]
}
