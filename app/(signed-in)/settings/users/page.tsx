import type { Metadata } from 'next'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { addUser, changeRole, removeUser, resetPassword } from '@/app/ui/settings/access-actions'
import { RoleOptions } from '@/app/ui/settings/role-options'
import styles from '@/app/ui/settings/settings.module.css'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listUsers, type User } from '@/lib/store/users'

export const metadata: Metadata = { title: 'Operators' }

export default async function UsersPage() {
  const session = await requireUser()
  if (!allows(session.role, 'admin')) {
    return (
      <div className="page" data-width="text">
        <header className="page-head">
          <h1>Operators</h1>
        </header>
        <p className="note">Only an admin sees and changes who can sign in.</p>
      </div>
    )
  }
  const users = await listUsers()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Operators</h1>
      </header>
      <ul>
        {users.map((user) => (
          <UserItem key={user.id} user={user} self={user.id === session.userId} />
        ))}
      </ul>
      <section className={styles.block}>
        <h2>Somebody new</h2>
        <ActionForm action={addUser} clearWhenDone>
          <div className="fields" data-columns="2">
            <Field name="name" label="Name" autoComplete="off" />
            <Field name="email" label="E-mail" type="email" autoComplete="off" />
            <SelectField name="role" label="Role" defaultValue="operator">
              <RoleOptions />
            </SelectField>
            <Field
              name="password"
              label="First password"
              type="password"
              autoComplete="new-password"
              hint="At least 10 characters; they can change it."
            />
          </div>
          <FormMessage />
          <div>
            <SubmitButton>Add the operator</SubmitButton>
          </div>
        </ActionForm>
      </section>
    </div>
  )
}

function UserItem({ user, self }: { user: User; self: boolean }) {
  return (
    <li className={styles.item}>
      <div className={styles.itemText}>
        <span className="strong">
          {user.name}
          {self && ', you'}
        </span>
        <span className="muted clip">
          {user.email}, {user.role}
        </span>
      </div>
      {!self && (
        <div className={styles.itemActions}>
          <details>
            <summary className="button" data-size="small">
              Change
            </summary>
            <div className={styles.change}>
              <ActionForm action={changeRole} className={styles.inline ?? ''}>
                <input type="hidden" name="id" value={user.id} />
                <SelectField name="role" label="Role" defaultValue={user.role}>
                  <RoleOptions />
                </SelectField>
                <SubmitButton kind="plain">Save the role</SubmitButton>
                <FormMessage />
              </ActionForm>
              <ActionForm action={resetPassword} className={styles.inline ?? ''} clearWhenDone>
                <input type="hidden" name="id" value={user.id} />
                <Field name="password" label="New password" type="password" autoComplete="new-password" />
                <SubmitButton kind="plain">Set it</SubmitButton>
                <FormMessage />
              </ActionForm>
            </div>
          </details>
          <ConfirmButton
            action={removeUser}
            fields={{ id: user.id }}
            verb="Delete"
            size="small"
            label={`Delete ${user.name}`}
            ask={`Delete ${user.name} with their push devices?`}
          />
        </div>
      )}
    </li>
  )
}
