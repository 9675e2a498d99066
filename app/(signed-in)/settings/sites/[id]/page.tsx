import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { NumberField } from '@/app/ui/device/device-form'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import styles from '@/app/ui/settings/settings.module.css'
import { removeSite, saveSite } from '@/app/ui/settings/site-actions'
import { ProfileField } from '@/app/ui/snmp/profile-field'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readIsolation } from '@/lib/store/isolation-settings'
import { findSite } from '@/lib/store/sites'
import { listProfileNames } from '@/lib/store/snmp-profiles'

export const metadata: Metadata = { title: 'Edit a site' }

export default async function SitePage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }, global, profiles] = await Promise.all([
    requireUser(),
    params,
    readIsolation(),
    listProfileNames(),
  ])
  const site = /^\d{1,9}$/.test(id) ? await findSite(Number(id)) : null
  if (!site) notFound()
  if (!allows(role, 'write')) {
    return (
      <div className="page" data-width="text">
        <header className="page-head">
          <h1>{site.name}</h1>
        </header>
        <p className="note">Your role may read only: an operator has to change sites.</p>
      </div>
    )
  }
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>{site.name}</h1>
        <ConfirmButton
          action={removeSite}
          fields={{ id: site.id }}
          verb="Delete"
          ask={`Delete ${site.name}? Its ${site.devices} devices stay, without a site.`}
        />
      </header>
      <ActionForm action={saveSite}>
        <input type="hidden" name="id" value={site.id} />
        <div className="fields">
          <Field name="name" label="Name" defaultValue={site.name} autoComplete="off" />
          <Field
            name="latitude"
            label="Latitude"
            inputMode="decimal"
            defaultValue={site.latitude ?? ''}
            placeholder="48.137"
          />
          <Field
            name="longitude"
            label="Longitude"
            inputMode="decimal"
            defaultValue={site.longitude ?? ''}
            placeholder="11.575"
          />
          <ProfileField own={site.snmpProfile} profiles={profiles} inherited="Each profile in order" />
        </div>
        <h2>When a device here counts as down</h2>
        <p className="hint">Left empty, the rule of all devices holds: shown in each field.</p>
        <div className={styles.numbers}>
          <NumberField name="misses" label="Misses" own={site.isolateMisses} inherited={global.misses} />
          <NumberField name="within" label="Within, s" own={site.isolateSeconds} inherited={global.within} />
          <NumberField name="interval" label="Ping every, s" own={site.pingInterval} inherited={global.interval} />
          <NumberField name="timeout" label="Timeout, s" own={site.pingTimeout} inherited={global.timeout} />
        </div>
        <FormMessage />
        <div className="row">
          <SubmitButton>Save</SubmitButton>
          <Link href="/settings/sites" className="button" data-kind="quiet">
            Cancel
          </Link>
        </div>
      </ActionForm>
    </div>
  )
}
