import type { Metadata } from 'next'
import { NumberField } from '@/app/ui/device/device-form'
import { ActionForm, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import styles from '@/app/ui/settings/settings.module.css'
import { saveIsolation } from '@/app/ui/settings/site-actions'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readIsolation } from '@/lib/store/isolation-settings'

export const metadata: Metadata = { title: 'When a device is down' }

export default async function IsolationPage() {
  const [session, rule] = await Promise.all([requireUser(), readIsolation()])
  const { confirmInterval, reviveHits } = env()
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>When a device is down</h1>
      </header>
      <p>
        A device is pinged every <strong>{rule.interval} s</strong>. A first miss makes it every{' '}
        <strong>{confirmInterval} s</strong>. <strong>{rule.misses} misses</strong> within{' '}
        <strong>{rule.within} s</strong>, in a row or not, and it is down, dark since the first of them.{' '}
        <strong>{reviveHits} answers</strong> in a row, and it is back since the first of those.
      </p>
      <p className="muted">A site or a device may have a rule of its own; where it has none, this one holds.</p>
      {allows(session.role, 'write') && (
        <ActionForm action={saveIsolation}>
          <div className={styles.numbers}>
            <NumberField name="misses" label="Misses" own={rule.misses} inherited={undefined} />
            <NumberField name="within" label="Within, s" own={rule.within} inherited={undefined} />
            <NumberField name="interval" label="Ping every, s" own={rule.interval} inherited={undefined} />
            <NumberField name="timeout" label="Timeout, s" own={rule.timeout} inherited={undefined} />
          </div>
          <FormMessage />
          <div>
            <SubmitButton>Save</SubmitButton>
          </div>
        </ActionForm>
      )}
    </div>
  )
}
