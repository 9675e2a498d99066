import Link from 'next/link'
import type { StoredProfile } from '@/lib/store/snmp-profiles'
import { ActionForm, SubmitButton } from '../form/action-form'
import { Icon } from '../icons'
import settings from '../settings/settings.module.css'
import { moveProfile } from './actions'
import styles from './profile-list.module.css'
import { profileWords, usageWords } from './profile-words'

/** The profiles in the order in which they are tried. */
export function ProfileList({ profiles, mayWrite }: { profiles: StoredProfile[]; mayWrite: boolean }) {
  return (
    <ol className={styles.list}>
      {profiles.map((profile, i) => (
        <li key={profile.id} className={styles.item}>
          <span className={`${styles.place} num`} aria-hidden="true">
            {i + 1}
          </span>
          <div className={settings.itemText}>
            <span className="strong">{profile.name}</span>
            <span className="muted num">
              {profileWords(profile)}; {usageWords(profile)}
            </span>
            {!profile.readable && (
              <span className="problem">
                It cannot be opened, as SECRET_KEY is another one: type its secrets anew. Probes do without it.
              </span>
            )}
          </div>
          {mayWrite && (
            <div className={styles.acts}>
              {profiles.length > 1 && (
                <>
                  <Move profile={profile} to="up" can={i > 0} />
                  <Move profile={profile} to="down" can={i < profiles.length - 1} />
                </>
              )}
              <Link
                href={`/settings/snmp/${profile.id}`}
                className="button"
                data-size="small"
                aria-label={`Edit ${profile.name}`}
              >
                Edit
              </Link>
            </div>
          )}
        </li>
      ))}
    </ol>
  )
}

function Move({ profile, to, can }: { profile: StoredProfile; to: 'up' | 'down'; can: boolean }) {
  return (
    <ActionForm action={moveProfile} className={styles.move ?? ''}>
      <input type="hidden" name="id" value={profile.id} />
      <span className={styles[to]} data-can={can || undefined}>
        <SubmitButton kind="quiet" size="small" name="to" value={to}>
          <Icon name="down" size={16} />
          <span className="visually-hidden">{`Try ${profile.name} ${to === 'up' ? 'earlier' : 'later'}`}</span>
        </SubmitButton>
      </span>
    </ActionForm>
  )
}
