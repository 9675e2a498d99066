import type { Metadata } from 'next'
import Link from 'next/link'
import { ActionForm, FormMessage, SubmitButton, TextField } from '@/app/ui/form/action-form'
import { Icon } from '@/app/ui/icons'
import settings from '@/app/ui/settings/settings.module.css'
import { saveRanges } from '@/app/ui/snmp/actions'
import { ProfileList } from '@/app/ui/snmp/profile-list'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { readAllowedRanges } from '@/lib/store/discovery-ranges'
import { listProfiles } from '@/lib/store/snmp-profiles'

export const metadata: Metadata = { title: 'SNMP' }

export default async function SnmpPage() {
  const [{ role }, profiles, ranges] = await Promise.all([requireUser(), listProfiles(), readAllowedRanges()])
  const mayWrite = allows(role, 'write')
  const mayAdmin = allows(role, 'admin')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>SNMP</h1>
        {mayWrite && (
          <Link href="/settings/snmp/new" className="button" data-kind="primary">
            <Icon name="plus" size={16} />
            Add a profile
          </Link>
        )}
      </header>
      <p className="muted">
        A profile opens devices, so that their model, radios and stations are known, and what hangs on what is learnt.
        On a new device the profiles are tried in this order. A device or its site may name one.
      </p>
      {profiles.length > 0 ? (
        <div className="stack">
          <ProfileList profiles={profiles} mayWrite={mayWrite} />
          {mayWrite && (
            <div>
              <Link href="/discovery/new" className="button">
                <Icon name="search" size={16} />
                Find devices
              </Link>
            </div>
          )}
        </div>
      ) : (
        <div className="empty">
          <h2>No profile yet.</h2>
          <p>Devices are pinged. With a profile they are read too, and an outage names its cause.</p>
        </div>
      )}
      <section className={settings.block}>
        <h2>Where a discovery may look</h2>
        {mayAdmin ? (
          <ActionForm action={saveRanges}>
            <TextField
              name="ranges"
              label="Ranges"
              rows={Math.max(3, ranges.length)}
              defaultValue={ranges.join('\n')}
              hint="No probe ever touches an address outside of them when it searches. One a line."
              spellCheck={false}
            />
            <FormMessage />
            <div>
              <SubmitButton kind="plain">Save the ranges</SubmitButton>
            </div>
          </ActionForm>
        ) : (
          <>
            <ul>
              {ranges.map((range) => (
                <li key={range} className="address">
                  {range}
                </li>
              ))}
            </ul>
            <p className="hint">Only an admin changes them.</p>
          </>
        )}
      </section>
    </div>
  )
}
