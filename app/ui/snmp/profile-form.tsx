'use client'
import Link from 'next/link'
import { useState } from 'react'
import type { StoredProfile } from '@/lib/store/snmp-profiles'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '../form/action-form'
import settings from '../settings/settings.module.css'
import { saveProfile } from './actions'
import { authWords, levelWords, privWords } from './profile-words'

type Standing = Pick<StoredProfile, 'id' | 'name' | 'version' | 'port' | 'timeoutMs' | 'retries' | 'security'>

/** Adds or changes a profile. What is kept of it is never in the page: an empty secret leaves it as it is. */
export function ProfileForm({ profile }: { profile?: Standing }) {
  const [version, setVersion] = useState<string>(profile?.version ?? '2c')
  const [level, setLevel] = useState(profile?.security?.level ?? 'authPriv')
  const keeps = profile !== undefined && (profile.version === '3') === (version === '3')
  return (
    <ActionForm action={saveProfile}>
      {profile && <input type="hidden" name="id" value={profile.id} />}
      <div className="fields" data-columns="2">
        <Field
          name="name"
          label="Name"
          defaultValue={profile?.name}
          placeholder="Radios"
          autoComplete="off"
          autoFocus={!profile}
        />
        <SelectField
          name="version"
          label="Version"
          value={version}
          onChange={(event) => setVersion(event.target.value)}
        >
          <option value="2c">2c, the usual one</option>
          <option value="3">3, with a user and passwords</option>
          <option value="1">1, for very old devices</option>
        </SelectField>
        {version === '3' ? (
          <UserFields profile={profile} level={level} setLevel={setLevel} keeps={keeps} />
        ) : (
          <SecretField name="community" label="Community" keeps={keeps} placeholder="public" />
        )}
      </div>
      <div className={settings.numbers}>
        <Field name="port" label="Port" inputMode="numeric" defaultValue={profile?.port ?? 161} autoComplete="off" />
        <Field
          name="timeout"
          label="Timeout, s"
          inputMode="decimal"
          defaultValue={(profile?.timeoutMs ?? 2000) / 1000}
          autoComplete="off"
        />
        <Field
          name="retries"
          label="Tries again"
          inputMode="numeric"
          defaultValue={profile?.retries ?? 2}
          autoComplete="off"
        />
      </div>
      <FormMessage />
      <div className="row">
        <SubmitButton>{profile ? 'Save' : 'Add the profile'}</SubmitButton>
        <Link href="/settings/snmp" className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

function UserFields({
  profile,
  level,
  setLevel,
  keeps,
}: {
  profile: Standing | undefined
  level: string
  setLevel: (level: string) => void
  keeps: boolean
}) {
  const security = profile?.security
  return (
    <>
      <Field name="user" label="User" defaultValue={security?.user} autoComplete="off" />
      <SelectField name="level" label="Security" value={level} onChange={(event) => setLevel(event.target.value)}>
        {Object.entries(levelWords).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </SelectField>
      {level !== 'noAuthNoPriv' && (
        <>
          <SelectField name="auth_protocol" label="Signed with" defaultValue={security?.auth ?? 'sha'}>
            <Options words={authWords} />
          </SelectField>
          <SecretField name="auth_password" label="Password" keeps={keeps && security?.auth !== null} />
        </>
      )}
      {level === 'authPriv' && (
        <>
          <SelectField name="priv_protocol" label="Encrypted with" defaultValue={security?.priv ?? 'aes128'}>
            <Options words={privWords} />
          </SelectField>
          <SecretField
            name="priv_password"
            label="Password of the encryption"
            keeps={keeps && security?.priv !== null}
          />
        </>
      )}
      <Field
        name="context"
        label="Context"
        defaultValue={security?.context}
        hint="Empty on nearly every device."
        autoComplete="off"
      />
    </>
  )
}

const Options = ({ words }: { words: Record<string, string> }) =>
  Object.entries(words).map(([value, word]) => (
    <option key={value} value={value}>
      {word}
    </option>
  ))

function SecretField({
  name,
  label,
  keeps,
  placeholder,
}: {
  name: string
  label: string
  keeps: boolean
  placeholder?: string
}) {
  return (
    <Field
      name={name}
      label={label}
      type="password"
      autoComplete="new-password"
      spellCheck={false}
      placeholder={keeps ? 'As it is kept' : placeholder}
      hint={keeps ? 'Left empty, it stays as it is.' : 'Kept encrypted, never shown again.'}
    />
  )
}
