import type { Metadata } from 'next'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { browserWords } from '@/app/ui/settings/browser-words'
import { endOtherSessions, endSession, saveProfile, setOwnPassword } from '@/app/ui/settings/own-actions'
import styles from '@/app/ui/settings/settings.module.css'
import { Ago } from '@/app/ui/time'
import { ZonePicker } from '@/app/ui/zone-picker'
import { requireUser } from '@/lib/session'
import { listSessions } from '@/lib/store/sessions'

export const metadata: Metadata = { title: 'You' }

export default async function YouPage() {
  const session = await requireUser()
  const sessions = session.userId === null ? [] : await listSessions(session.userId)
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>You</h1>
      </header>
      <ActionForm action={saveProfile}>
        <div className="fields">
          <Field
            name="name"
            label="Name"
            defaultValue={session.name}
            autoComplete="name"
            hint="Others see it on what you acknowledge."
          />
          <Field name="email" label="E-mail" type="email" defaultValue={session.email ?? ''} autoComplete="email" />
        </div>
        <p className="hint">
          Your role is {session.role}
          {session.role === 'viewer'
            ? ': you may read.'
            : session.role === 'operator'
              ? ': you may change what is watched.'
              : ': you may change everything.'}
        </p>
        <FormMessage />
        <div>
          <SubmitButton>Save</SubmitButton>
        </div>
      </ActionForm>

      <section className={styles.block}>
        <h2>Time zone</h2>
        <div className="row">
          <ZonePicker place="settings" />
        </div>
        <p className="hint">Times on every page, wherever you sign in. Schedules keep zones of their own.</p>
      </section>

      <section className={styles.block}>
        <h2>Password</h2>
        <ActionForm action={setOwnPassword} clearWhenDone>
          <div className="fields">
            <Field name="current" label="Current password" type="password" autoComplete="current-password" />
            <Field
              name="next"
              label="New password"
              type="password"
              autoComplete="new-password"
              hint="At least 10 characters."
            />
          </div>
          <FormMessage />
          <div>
            <SubmitButton kind="plain">Change the password</SubmitButton>
          </div>
        </ActionForm>
      </section>

      <section className={styles.block}>
        <div className="section-head">
          <h2>Where you are signed in</h2>
          {sessions.length > 1 && (
            <ActionForm action={endOtherSessions} className="row">
              <SubmitButton kind="plain" size="small">
                Sign out everywhere else
              </SubmitButton>
            </ActionForm>
          )}
        </div>
        <ul>
          {sessions.map((one) => (
            <li key={one.id} className={styles.item}>
              <div className={styles.itemText}>
                <span className="strong">
                  {browserWords(one.userAgent)}
                  {one.id === session.sessionId && ', here'}
                </span>
                <span className="muted">
                  {one.address ?? 'address unknown'}, seen <Ago at={one.lastSeenAt} />, signed in{' '}
                  <Ago at={one.createdAt} />
                </span>
              </div>
              {one.id !== session.sessionId && (
                <ActionForm action={endSession} className={styles.itemActions ?? ''}>
                  <input type="hidden" name="id" value={one.id} />
                  <SubmitButton kind="danger" size="small">
                    Sign out
                  </SubmitButton>
                </ActionForm>
              )}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
