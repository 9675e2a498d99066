import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import settings from '@/app/ui/settings/settings.module.css'
import { removeProfile, tryProfile } from '@/app/ui/snmp/actions'
import { ProfileForm } from '@/app/ui/snmp/profile-form'
import { profileWords, usageWords } from '@/app/ui/snmp/profile-words'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findProfile } from '@/lib/store/snmp-profiles'

export const metadata: Metadata = { title: 'SNMP profile' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function ProfilePage({ params, searchParams }: Props) {
  const [{ role }, { id }, { new: isNew }] = await Promise.all([requireUser(), params, searchParams])
  const profile = /^[1-9]\d{0,8}$/.test(id) ? await findProfile(Number(id)) : null
  if (!profile) notFound()
  const { id: own, name, version, port, timeoutMs, retries, security } = profile
  const mayWrite = allows(role, 'write')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <hgroup>
          <h1>{name}</h1>
          <p className="muted num">
            {profileWords(profile)}; {usageWords(profile)}
          </p>
        </hgroup>
        {mayWrite && (
          <ConfirmButton
            action={removeProfile}
            fields={{ id: own }}
            verb="Delete"
            ask="Delete it? What names it tries the others in order."
            kind="quiet"
          />
        )}
      </header>
      {mayWrite ? (
        <>
          {isNew !== undefined && (
            <p className="note" data-tone="up">
              It is added. Try it on a device, or find all of them.
            </p>
          )}
          {!profile.readable && (
            <p className="note" data-tone="down">
              What is kept of it cannot be opened, as SECRET_KEY is another one: type its secrets anew.
            </p>
          )}
          <ActionForm action={tryProfile} className={settings.inline ?? ''}>
            <input type="hidden" name="id" value={own} />
            <Field name="address" label="Try it on" placeholder="10.0.0.1" autoComplete="off" inputMode="url" />
            <SubmitButton kind={isNew === undefined ? 'plain' : 'primary'}>Try it</SubmitButton>
            <FormMessage />
          </ActionForm>
          <section className={settings.block}>
            <ProfileForm profile={{ id: own, name, version, port, timeoutMs, retries, security }} />
          </section>
        </>
      ) : (
        <p className="note">Your role may read only: an operator has to change profiles.</p>
      )}
    </div>
  )
}
