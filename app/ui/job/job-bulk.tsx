'use client'
import { useEffect, useRef, useState } from 'react'
import { QuietFields } from '../blackout/quiet-fields'
import { ActionForm, Field, FormMessage, SubmitButton } from '../form/action-form'
import { Sheet } from '../sheet'
import { changeSelected } from './actions'
import styles from './job-bulk.module.css'
import type { JobSearch } from './job-search'

const ticks = (frame: HTMLElement) => [...frame.querySelectorAll<HTMLInputElement>('input[name="id"]')]
type Ask = 'tag' | 'blackout' | 'delete'

/** The registry with rows that can be ticked: what can be done with them lies within reach when one is. */
export function JobBulk({
  search,
  tags,
  some,
  children,
}: {
  search: JobSearch
  tags: string[]
  some: boolean // there are more than the page shows
  children: React.ReactNode
}) {
  const frame = useRef<HTMLDivElement>(null)
  const [count, setCount] = useState(0)
  const [whole, setWhole] = useState(false)
  const [everything, setEverything] = useState(false)
  const [asking, setAsking] = useState<Ask>()
  const [selecting, setSelecting] = useState(false)
  const recount = () => {
    const all = ticks(frame.current ?? document.body)
    const ticked = all.filter((tick) => tick.checked).length
    setCount(ticked)
    setWhole(ticked > 0 && ticked === all.length)
    setEverything(false)
  }
  // Rows come and go with each rendering: what is gone is not selected.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are in the children
  useEffect(() => {
    const ticked = ticks(frame.current ?? document.body).filter((tick) => tick.checked).length
    setCount(ticked)
    if (ticked === 0) setEverything(false)
  }, [children])
  const clear = () => {
    for (const tick of frame.current?.querySelectorAll<HTMLInputElement>('input.tick') ?? []) tick.checked = false
    setSelecting(false)
    recount()
  }
  const what = everything ? 'every job that matches' : count === 1 ? '1 job' : `${count} jobs`
  return (
    <div ref={frame} className={styles.bulk} data-selecting={selecting || count > 0 || undefined} onReset={recount}>
      <ActionForm action={changeSelected} className={styles.form ?? ''}>
        <div className={styles.message}>
          <FormMessage />
        </div>
        <button
          type="button"
          className={`button ${styles.select}`}
          data-size="small"
          onClick={() => setSelecting(!selecting)}
        >
          {selecting ? 'Done' : 'Select'}
        </button>
        <div onChange={recount}>{children}</div>
        <div className={styles.bar} data-shown={count > 0 || undefined} inert={count === 0}>
          <span className={styles.count}>
            <span className="strong num">{everything ? 'All' : count} selected</span>
            {some && whole && !everything && (
              <button type="button" className={styles.all} onClick={() => setEverything(true)}>
                All that match
              </button>
            )}
          </span>
          <SubmitButton kind="plain" size="small" name="do" value="pause">
            Pause
          </SubmitButton>
          <SubmitButton kind="plain" size="small" name="do" value="resume">
            Resume
          </SubmitButton>
          <AskButton word="Tag" onClick={() => setAsking('tag')} />
          <AskButton word="Blackout" onClick={() => setAsking('blackout')} />
          <AskButton word="Delete" danger onClick={() => setAsking('delete')} />
          <button type="button" className="button" data-kind="quiet" data-size="small" onClick={clear}>
            Clear
          </button>
        </div>
        {everything && <input type="hidden" name="matching" value={JSON.stringify(search)} />}
        {asking && (
          <Sheet title={titles[asking](what)} close={() => setAsking(undefined)}>
            {asking === 'tag' && <TagFields tags={tags} />}
            {asking === 'blackout' && (
              <>
                <QuietFields />
                <Go name="blackout">Add the blackout</Go>
              </>
            )}
            {asking === 'delete' && (
              <>
                <p>Their beats and outages go with them, and their addresses answer no more. This cannot be undone.</p>
                <Go name="delete" kind="danger">
                  Delete {what}
                </Go>
              </>
            )}
          </Sheet>
        )}
      </ActionForm>
    </div>
  )
}

const titles: Record<Ask, (what: string) => string> = {
  tag: (what) => `Tag ${what}`,
  blackout: (what) => `Blackout of ${what}`,
  delete: (what) => `Delete ${what}?`,
}

function AskButton({ word, danger = false, onClick }: { word: string; danger?: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      className="button"
      data-kind={danger ? 'danger' : undefined}
      data-size="small"
      onClick={onClick}
    >
      {word}
    </button>
  )
}

function Go({
  name,
  kind = 'primary',
  children,
}: {
  name: string
  kind?: 'primary' | 'danger'
  children: React.ReactNode
}) {
  return (
    <div className="row">
      <SubmitButton kind={kind} name="do" value={name}>
        {children}
      </SubmitButton>
    </div>
  )
}

function TagFields({ tags }: { tags: string[] }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter means the nearest button, not the first of the form
    <div
      className="stack"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
        event.preventDefault()
        event.currentTarget.querySelector<HTMLButtonElement>('button[value="tag"]')?.click()
      }}
    >
      <Field name="tags" label="Tags" hint="With commas between." autoComplete="off" list="job-tags" autoFocus />
      <datalist id="job-tags">
        {tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <div className="row">
        <SubmitButton name="do" value="tag">
          Add
        </SubmitButton>
        <SubmitButton kind="plain" name="do" value="untag">
          Take off
        </SubmitButton>
      </div>
    </div>
  )
}

/** Ticks every row that is shown. */
export function SelectAllJobs() {
  return (
    <input
      type="checkbox"
      className="tick"
      aria-label="Select every row shown"
      onChange={(event) => {
        const frame = event.currentTarget.form
        if (frame) for (const tick of ticks(frame)) tick.checked = event.currentTarget.checked
      }}
    />
  )
}
