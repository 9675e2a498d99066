import Link from 'next/link'
import { notWalked } from '@/lib/store/snmp-profiles'
import { SelectField } from '../form/action-form'

/** Which SNMP profile a device or a site is walked with. */
export function ProfileField({
  own,
  profiles,
  inherited,
}: {
  own: string | null | undefined
  profiles: string[]
  inherited: string
}) {
  const isGone = own && own !== notWalked && !profiles.includes(own)
  return (
    <SelectField
      name="snmp_profile"
      label="SNMP"
      defaultValue={own ?? ''}
      hint={
        profiles.length === 0 ? (
          <>
            No profile yet:{' '}
            <Link href="/settings/snmp" className="link">
              add one
            </Link>
            , and models, radios and what hangs on what are learnt.
          </>
        ) : undefined
      }
    >
      <option value="">{inherited}</option>
      {profiles.map((name) => (
        <option key={name}>{name}</option>
      ))}
      {isGone && <option value={own}>{own} (there is none of this name)</option>}
      <option value={notWalked}>Not walked</option>
    </SelectField>
  )
}
