'use client'
import Link from 'next/link'
import { useEffect, useMemo, useState } from 'react'
import { compilePriority } from '@/lib/domain/priority'
import type { KnownNames } from '@/lib/domain/priority-completion'
import { defaultPriority } from '@/lib/domain/priority-words'
import type { PriorityPreview } from '@/lib/past-preview'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import form from '../job/job-form.module.css'
import { savePriority, tryPriority, whatIfPriority } from './actions'
import { PriorityEditor } from './priority-editor'
import { PriorityPreviewWords } from './priority-preview'
import { WhatIfPanel } from './what-if-panel'

const typingMs = 400

/** The priority expression: checked as it is typed, tried on the last 30 days, replayed, saved. */
export function PriorityForm({ saved, known }: { saved: string; known: KnownNames }) {
  const [text, setText] = useState(saved)
  const [version, setVersion] = useState(0)
  const [preview, setPreview] = useState<PriorityPreview | null>(null)
  const fault = useMemo(() => {
    const read = compilePriority(text)
    return 'fault' in read ? read.fault : null
  }, [text])
  useEffect(() => {
    let isCurrent = true
    const timer = setTimeout(async () => {
      const tried = await tryPriority(text).catch(() => null)
      if (isCurrent && tried) setPreview(tried) // that of before stays while there is a mistake
    }, typingMs)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [text])
  const write = (next: string) => {
    setText(next)
    setVersion((before) => before + 1)
  }
  return (
    <ActionForm action={savePriority} className={form.form ?? ''}>
      <PriorityEditor text={text} fault={fault} known={known} onChange={write} />
      {text !== defaultPriority && (
        <div>
          <button type="button" className="button" data-size="small" onClick={() => write(defaultPriority)}>
            Put the default in
          </button>
        </div>
      )}
      <PriorityPreviewWords preview={preview} isOld={fault !== null} />
      <WhatIfPanel version={version} ask={() => whatIfPriority(text)} />
      <FormMessage />
      <div className="row">
        <SubmitButton>Save</SubmitButton>
        <Link href="/routes" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}
