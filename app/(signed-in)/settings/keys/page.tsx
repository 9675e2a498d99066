import type { Metadata } from 'next'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { makeKey, removeKey } from '@/app/ui/settings/access-actions'
import { RoleOptions } from '@/app/ui/settings/role-options'
import styles from '@/app/ui/settings/settings.module.css'
import { Ago } from '@/app/ui/time'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listKeys } from '@/lib/store/keys'

export const metadata: Metadata = { title: 'API keys' }

export default async function KeysPage() {
  const session = await requireUser()
  const mayAdmin = allows(session.role, 'admin')
  const keys = mayAdmin ? await listKeys() : []
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>API keys</h1>
      </header>
      <p className="muted">
        For scripts: <code>Authorization: Bearer bl_…</code> on everything under <code>/api</code>,{' '}
        <a href="/api/docs">described here</a>.
      </p>
      {!mayAdmin && <p className="note">Only an admin sees and makes API keys.</p>}
      {mayAdmin && (
        <ActionForm action={makeKey} className={styles.inline ?? ''} clearWhenDone>
          <Field name="name" label="New key, for" placeholder="backup script" autoComplete="off" />
          <SelectField name="role" label="Role" defaultValue="viewer">
            <RoleOptions />
          </SelectField>
          <SubmitButton>Make the key</SubmitButton>
          <FormMessage />
        </ActionForm>
      )}
      <ul>
        {keys.map((key) => (
          <li key={key.id} className={styles.item}>
            <div className={styles.itemText}>
              <span className="strong">{key.name}</span>
              <span className="muted">
                <code>{key.hint}…</code>, {key.role}, made <Ago at={key.createdAt} />,{' '}
                {key.lastUsedAt ? (
                  <>
                    used <Ago at={key.lastUsedAt} />
                  </>
                ) : (
                  'never used'
                )}
              </span>
            </div>
            <div className={styles.itemActions}>
              <ConfirmButton
                action={removeKey}
                fields={{ id: key.id }}
                verb="Delete"
                size="small"
                label={`Delete the key ${key.name}`}
                ask="Whatever uses it stops working."
              />
            </div>
          </li>
        ))}
      </ul>
      {mayAdmin && keys.length === 0 && <p className="muted">No key yet.</p>}
    </div>
  )
}
