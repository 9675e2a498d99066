import Link from 'next/link'
import type { PingRule } from '@/lib/domain/inheritance'
import { roles } from '@/lib/domain/status'
import type { Device } from '@/lib/store/devices'
import { ClientField } from '../client/client-field'
import { ActionForm, Field, FormMessage, SelectField, SubmitButton } from '../form/action-form'
import { roleWords } from '../role-words'
import { ProfileField } from '../snmp/profile-field'
import { saveDevice } from './actions'
import styles from './device-form.module.css'

/** Adds or changes a device. `inherited`: what holds where a field of the rule is left empty. */
export function DeviceForm({
  device,
  sites,
  inherited,
  names,
  profiles,
}: {
  device?: Device
  sites: string[]
  inherited: PingRule
  names: string[]
  profiles: string[] // of SNMP, in the order in which they are tried
}) {
  return (
    <ActionForm action={saveDevice} className={styles.form ?? ''}>
      {device && <input type="hidden" name="id" value={device.id} />}
      <div className="fields">
        <Field name="name" label="Name" required defaultValue={device?.name} autoComplete="off" autoFocus={!device} />
        <Field
          name="address"
          label="Address"
          hint="Needed while it is pinged."
          defaultValue={device?.address}
          placeholder="10.0.0.1 or 2001:db8::1"
          autoComplete="off"
          inputMode="url"
        />
        <SelectField name="role" label="Role" defaultValue={device?.role ?? 'other'}>
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleWords[role]}
            </option>
          ))}
        </SelectField>
        <Field
          name="site"
          label="Site"
          list="sites"
          defaultValue={device?.siteName ?? ''}
          hint="A name that is new makes the site."
          autoComplete="off"
        />
        <Field
          name="upstream"
          label="Upstream"
          list="devices"
          defaultValue={device?.upstream.map((up) => up.name).join('; ') ?? ''}
          hint="The device it hangs on; several with ; between."
          autoComplete="off"
        />
        <Field
          name="tags"
          label="Tags"
          defaultValue={device?.tags.join(', ') ?? ''}
          hint="With commas between."
          autoComplete="off"
        />
        <ClientField id={device?.clientId ?? null} name={device?.client ?? null} />
        <ProfileField own={device?.snmpProfile} profiles={profiles} inherited="As its site, else each in order" />
      </div>
      <datalist id="sites">
        {sites.map((site) => (
          <option key={site} value={site} />
        ))}
      </datalist>
      <datalist id="devices">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
      <div role="group" aria-labelledby="rule" className={styles.rule}>
        <h2 id="rule">When it counts as down</h2>
        <label className="check">
          <input type="hidden" name="pinged_asked" value="1" />
          <input type="checkbox" name="pinged" defaultChecked={device?.pinged ?? true} />
          Ping this device
        </label>
        <p className="hint">Not pinged, only a source says how it is.</p>
        <p className="hint">Left empty, the site's rule holds, else the one of all devices: shown in each field.</p>
        <div className={styles.numbers}>
          <NumberField name="isolate_misses" label="Misses" own={device?.isolate.misses} inherited={inherited.misses} />
          <NumberField
            name="isolate_seconds"
            label="Within, s"
            own={device?.isolate.seconds}
            inherited={inherited.within}
          />
          <NumberField
            name="ping_interval"
            label="Ping every, s"
            own={device?.pingInterval}
            inherited={inherited.interval}
          />
          <NumberField name="ping_timeout" label="Timeout, s" own={device?.pingTimeout} inherited={inherited.timeout} />
        </div>
      </div>
      <FormMessage />
      <div className="row">
        <SubmitButton>{device ? 'Save' : 'Add the device'}</SubmitButton>
        <Link href={device ? `/devices/${device.id}` : '/devices'} className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
    </ActionForm>
  )
}

/** A number of the rule; empty means inherited, and says what that is. */
export function NumberField({
  name,
  label,
  own,
  inherited,
}: {
  name: string
  label: string
  own: number | null | undefined
  inherited: number | undefined
}) {
  return (
    <Field
      name={name}
      label={label}
      inputMode="decimal"
      autoComplete="off"
      defaultValue={own ?? ''}
      placeholder={inherited === undefined ? '' : String(inherited)}
    />
  )
}
