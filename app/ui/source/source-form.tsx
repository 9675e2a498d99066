'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { StoredSource } from '@/lib/store/sources'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton, TextField } from '../form/action-form'
import type { FormState } from '../form/form-state'
import settings from '../settings/settings.module.css'
import { CallingCode } from './calling-code'
import { ConnectionTest } from './connection-test'
import { ListFields } from './list-fields'
import styles from './source.module.css'
import { sendSource } from './source-api'
import { sourceOf } from './source-form-data'
import { everyWords, kindWords, pingsWords } from './source-words'

type Kind = StoredSource['kind']
export type StandingSource = Pick<
  StoredSource,
  | 'id'
  | 'name'
  | 'enabled'
  | 'applies'
  | 'pings'
  | 'syncSeconds'
  | 'pollSeconds'
  | 'isolateMisses'
  | 'isolatePolls'
  | 'revivePolls'
  | 'faultPolls'
> & { config: Record<string, unknown> | null }

/** Adds or changes a source. Its secrets are never in the page: an empty field leaves them as they are. */
export function SourceForm({ kind, source }: { kind: Kind; source?: StandingSource }) {
  const router = useRouter()
  const has = Object.keys(source?.config ?? {})
  const shown = (name: string) => (typeof source?.config?.[name] === 'string' ? String(source.config[name]) : '')
  const [fingerprint, setFingerprint] = useState(shown('fingerprint'))
  const save = async (_: FormState, form: FormData): Promise<FormState> => {
    const sent = await sendSource(source?.id ?? null, sourceOf(kind, form, has))
    if ('state' in sent) return sent.state
    router.push(`/settings/sources/${sent.said.id}`)
    router.refresh()
    return {}
  }
  return (
    <ActionForm action={save}>
      <Field
        name="name"
        label="Name"
        defaultValue={source?.name ?? kindWords[kind].name}
        hint="On pages and in notices."
        autoComplete="off"
      />
      {kind === 'csv' ? (
        <ListFields kept={has.includes('text')} callingCode={shown('calling_code')} />
      ) : (
        <WayFields
          {...{ kind, has, shown, fingerprint, setFingerprint }}
          insecure={source?.config?.insecure === true}
        />
      )}
      <ConnectionTest id={source?.id} kind={kind} has={has} onPin={setFingerprint} />
      <section className={settings.block}>
        <h2>What it brings</h2>
        <div className="fields" data-columns="2">
          <SelectField name="applies" label="Changes" defaultValue={source?.applies ?? 'after_review'}>
            <option value="after_review">Shown first, written when you say so</option>
            <option value="by_itself">Written by themselves</option>
          </SelectField>
          <SelectField
            name="pings"
            label="Are its devices pinged too?"
            defaultValue={source?.pings ?? (kind === 'csv' ? 'all' : 'none')}
          >
            {Object.entries(pingsWords).map(([value, words]) => (
              <option key={value} value={value}>
                {kind === 'csv' && value === 'none' ? 'No' : words}
              </option>
            ))}
          </SelectField>
          <SelectField
            name="sync_interval"
            label={kind === 'csv' ? 'Read again' : 'Asked what there is'}
            defaultValue={String(source?.syncSeconds ?? 3600)}
          >
            <Intervals seconds={[900, 3600, 21_600, 86_400]} now={source?.syncSeconds} />
          </SelectField>
          {kind !== 'csv' && (
            <SelectField
              name="poll_interval"
              label="Asked what is dark"
              defaultValue={String(source?.pollSeconds ?? 60)}
              hint="The whole list each time: more often than it answers makes no sense."
            >
              <option value="0">Never</option>
              <Intervals seconds={[30, 60, 120, 300]} now={source?.pollSeconds || undefined} />
            </SelectField>
          )}
        </div>
        {kind !== 'csv' && <IsolationFields source={source} />}
        {source && (
          <label className="check">
            <input type="hidden" name="enabled_asked" value="1" />
            <input type="checkbox" name="enabled" defaultChecked={source.enabled} />
            It is read and polled
          </label>
        )}
      </section>
      <FormMessage />
      <div className="row">
        <SubmitButton>{source ? 'Save' : 'Add the source'}</SubmitButton>
        <Link
          href={source ? `/settings/sources/${source.id}` : '/settings/sources'}
          className="button"
          data-kind="quiet"
        >
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

function Intervals({ seconds, now }: { seconds: readonly number[]; now: number | undefined }) {
  const all = now === undefined || seconds.includes(now) ? seconds : [...seconds, now].sort((a, b) => a - b)
  return all.map((one) => (
    <option key={one} value={one}>
      {capitalised(everyWords(one))}
    </option>
  ))
}

const capitalised = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

function WayFields({
  kind,
  has,
  shown,
  insecure,
  fingerprint,
  setFingerprint,
}: {
  kind: Kind
  has: readonly string[]
  shown: (name: string) => string
  insecure: boolean
  fingerprint: string
  setFingerprint: (text: string) => void
}) {
  return (
    <>
      <div className="fields" data-columns="2">
        <Field
          name="url"
          label="Address"
          type="url"
          inputMode="url"
          defaultValue={shown('url')}
          placeholder={kind === 'uisp' ? 'https://uisp.example.net' : 'https://example.sonar.software'}
          autoComplete="off"
          spellCheck={false}
        />
        <Secret name="token" label={kind === 'uisp' ? 'Token' : 'Access token'} has={has} hint={kindWords[kind].how} />
        {kind === 'uisp' && (
          <Secret name="crm_key" label="App key of the CRM" has={has} hint="For clients, contacts and services." />
        )}
        <CallingCode value={shown('calling_code')} />
      </div>
      {kind === 'uisp' && (
        <details className={styles.more} open={has.includes('username')}>
          <summary>Sign in with a name and a password instead of a token</summary>
          <div className="fields" data-columns="2">
            <Field name="username" label="User name" defaultValue={shown('username')} autoComplete="off" />
            <Secret name="password" label="Password" has={has} />
          </div>
        </details>
      )}
      <details className={styles.more} open={fingerprint !== '' || has.includes('ca') || insecure}>
        <summary>Its certificate is of its own making</summary>
        <div className="stack">
          <Field
            name="fingerprint"
            label="Pinned certificate, SHA-256"
            value={fingerprint}
            onChange={(event) => setFingerprint(event.target.value)}
            hint="The connection test offers it. This certificate is trusted then, and no other."
            autoComplete="off"
            spellCheck={false}
          />
          <TextField
            name="ca"
            label="Or the authority that signed it, as PEM"
            defaultValue={shown('ca')}
            placeholder="-----BEGIN CERTIFICATE-----"
            rows={3}
            spellCheck={false}
          />
          <label className="check">
            <input type="checkbox" name="insecure" defaultChecked={insecure} />
            Trust any certificate: whoever stands in between can read the token
          </label>
        </div>
      </details>
    </>
  )
}

function IsolationFields({ source }: { source: StandingSource | undefined }) {
  const whole = { inputMode: 'numeric' as const, autoComplete: 'off' }
  return (
    <details className={styles.more}>
      <summary>When a device that only it watches is down</summary>
      <div className={settings.numbers}>
        <Field name="misses" label="Dark answers" defaultValue={source?.isolateMisses ?? 2} {...whole} />
        <Field name="polls" label="of the last polls" defaultValue={source?.isolatePolls ?? 3} {...whole} />
        <Field name="revive_polls" label="Back after, in a row" defaultValue={source?.revivePolls ?? 2} {...whole} />
        <Field name="fault_polls" label="Itself down after failed" defaultValue={source?.faultPolls ?? 2} {...whole} />
      </div>
    </details>
  )
}

function Secret({ name, label, has, hint }: { name: string; label: string; has: readonly string[]; hint?: string }) {
  const keeps = has.includes(name)
  return (
    <Field
      name={name}
      label={label}
      type="password"
      autoComplete="new-password"
      spellCheck={false}
      placeholder={keeps ? 'As it is kept' : undefined}
      hint={keeps ? 'Left empty, it stays as it is.' : hint}
    />
  )
}
