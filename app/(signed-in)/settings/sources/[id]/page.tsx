import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { ActionForm, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import settings from '@/app/ui/settings/settings.module.css'
import { applyChanges, dismissChanges, readNow } from '@/app/ui/source/actions'
import { ChangeList, RejectedList } from '@/app/ui/source/change-list'
import { RunHistory } from '@/app/ui/source/run-history'
import { RunDue, RunProgress } from '@/app/ui/source/run-progress'
import styles from '@/app/ui/source/source.module.css'
import { SourceFacts } from '@/app/ui/source/source-facts'
import { kindWords, runWords, standingOf } from '@/app/ui/source/source-words'
import { Strays } from '@/app/ui/source/strays'
import { Ago } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findRun, listRuns, listStrays } from '@/lib/store/source-run-lists'
import type { SourceRun } from '@/lib/store/source-runs'
import { findSource, type StoredSource } from '@/lib/store/sources'

export const metadata: Metadata = { title: 'Source' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function SourcePage({ params, searchParams }: Props) {
  const [{ role }, { id: said }, { run: asked }] = await Promise.all([requireUser(), params, searchParams])
  const source = /^[1-9]\d{0,8}$/.test(said) ? await findSource(Number(said)) : null
  if (!source) notFound()
  const wanted = typeof asked === 'string' && /^[1-9]\d{0,14}$/.test(asked) ? Number(asked) : source.plannedId
  const [runs, strays, chosen] = await Promise.all([
    listRuns(source.id, { limit: 12 }),
    listStrays(source.id),
    wanted === null ? null : findRun(source.id, wanted),
  ])
  const shown = chosen ?? runs.find((run) => run.changes !== null) ?? null
  const reading = runs.find((run) => run.id === source.readingId)
  const mayWrite = allows(role, 'write')
  return (
    <div className="page" data-width="text">
      <SourceHead source={source} mayWrite={mayWrite} />
      {source.fault && (
        <p className="note" data-tone="down" role="alert">
          <span>
            {source.fault}
            {/[.?]$/.test(source.fault) ? '' : '.'}
            {source.failingSince && (
              <>
                {' '}
                It has failed since <Ago at={source.failingSince} />; nothing here was changed by it.
              </>
            )}
          </span>
        </p>
      )}
      {reading && <RunProgress key={reading.id} source={source.id} run={reading.id} progress={reading.progress} />}
      {!reading && source.enabled && source.nextSyncAt.getTime() <= Date.now() && <RunDue />}
      {shown && <ShownRun source={source} run={shown} mayWrite={mayWrite} />}
      <SourceFacts source={source} />
      <Strays source={source.id} strays={strays} mayWrite={mayWrite} />
      {runs.length > 0 && (
        <section className={settings.block}>
          <h2>Readings</h2>
          <RunHistory source={source.id} runs={runs} shown={shown?.id} />
        </section>
      )}
    </div>
  )
}

function SourceHead({ source, mayWrite }: { source: StoredSource; mayWrite: boolean }) {
  const { word, tone } = standingOf(source)
  return (
    <header className="page-head">
      <hgroup>
        <p className="muted">
          <Link href="/settings/sources" className="link">
            Sources
          </Link>
        </p>
        <h1>{source.name}</h1>
        <p className="muted">
          <span className={styles.state} data-tone={tone}>
            {word}
          </span>
          , {kindWords[source.kind].name}, {source.detail}
        </p>
      </hgroup>
      {mayWrite && (
        <div className="row">
          <ActionForm action={readNow} className="row">
            <input type="hidden" name="id" value={source.id} />
            <SubmitButton kind="plain">Sync now</SubmitButton>
            <FormMessage />
          </ActionForm>
          <Link href={`/settings/sources/${source.id}/edit`} className="button">
            Edit
          </Link>
        </div>
      )}
    </header>
  )
}

function ShownRun({ source, run, mayWrite }: { source: StoredSource; run: SourceRun; mayWrite: boolean }) {
  const isPlanned = run.state === 'planned'
  const fields = (
    <>
      <input type="hidden" name="id" value={source.id} />
      <input type="hidden" name="run" value={run.id} />
    </>
  )
  const total = run.changes?.counts.total ?? 0
  return (
    <section className={settings.block}>
      <div className="section-head">
        <h2>
          {isPlanned ? 'What it would change' : total === 0 ? 'The last reading changed nothing' : 'What it changed'}
        </h2>
        <span className="muted">
          {!isPlanned && `${runWords[run.state]}, `}read <Ago at={run.beganAt} />
        </span>
      </div>
      {run.words && <p className="muted">{run.words}.</p>}
      {run.changes && <ChangeList changes={run.changes} isOpen={isPlanned} />}
      <RejectedList rejected={run.rejected} />
      {isPlanned && mayWrite && (
        <div className="row">
          <ActionForm action={applyChanges} className="row">
            {fields}
            <SubmitButton>
              Apply {total === 1 ? 'the change' : `all ${total.toLocaleString('en')} changes`}
            </SubmitButton>
            <FormMessage />
          </ActionForm>
          <ActionForm action={dismissChanges} className="row">
            {fields}
            <SubmitButton kind="quiet">Dismiss</SubmitButton>
            <FormMessage />
          </ActionForm>
        </div>
      )}
    </section>
  )
}
