import Link from 'next/link'
import type { Device } from '@/lib/store/devices'
import { BlackoutButton } from '../blackout/blackout-button'
import { ActionForm, SubmitButton } from '../form/action-form'
import { ConfirmButton } from '../form/confirm-button'
import { Icon } from '../icons'
import { LiveState } from '../live'
import { Clock, Since } from '../time'
import { pauseSelected, removeDevice } from './actions'
import styles from './device-page.module.css'
import { lossWords, rttWords } from './figures'

/** Name, state since when, the last minute's figures, and what can be done. */
export function DeviceHead({ device, mayWrite }: { device: Device; mayWrite: boolean }) {
  const dark = device.status === 'down' || device.status === 'unreachable'
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <p className="muted">
          <Link href="/devices" className="link">
            Devices
          </Link>
          {device.siteName && (
            <>
              {' / '}
              <Link href={`/devices?site=${device.siteId}`} className="link">
                {device.siteName}
              </Link>
            </>
          )}
        </p>
        <h1>{device.name}</h1>
        <p className={styles.state}>
          <LiveState id={device.id} status={device.status} since={device.statusSince.toISOString()} />
          <span>
            for <Since at={device.statusSince} className="strong" />
          </span>
          <span className="muted">
            since <Clock at={device.statusSince} />
          </span>
          {dark && device.incidentId && (
            <Link href={`/incidents/${device.incidentId}`} className="link">
              Open its incident
            </Link>
          )}
        </p>
      </div>
      {device.pinged && device.address !== '' && <Figures device={device} />}
      {mayWrite && (
        <div className={styles.actions}>
          <Link href={`/devices/${device.id}/edit`} className="button">
            <Icon name="edit" size={16} />
            Edit
          </Link>
          <ActionForm action={pauseSelected} className="row">
            <input type="hidden" name="id" value={device.id} />
            <SubmitButton kind="plain" name="paused" value={device.pausedAt ? '0' : '1'}>
              <Icon name={device.pausedAt ? 'play' : 'pause'} size={16} />
              {device.pausedAt ? 'Resume' : 'Pause'}
            </SubmitButton>
          </ActionForm>
          <BlackoutButton targetId={device.id} name={device.name} />
          <ConfirmButton
            action={removeDevice}
            fields={{ id: device.id }}
            verb="Delete"
            ask={`Delete ${device.name} with its history?`}
          />
        </div>
      )}
    </header>
  )
}

function Figures({ device }: { device: Device }) {
  return (
    <dl className={styles.figures}>
      <div>
        <dt>Round trip</dt>
        <dd>{rttWords(device.rttMs) || <span className="muted">none</span>}</dd>
      </div>
      <div>
        <dt>Loss</dt>
        <dd data-lossy={(device.loss ?? 0) > 0 || undefined}>
          {lossWords(device.loss) || <span className="muted">none</span>}
        </dd>
      </div>
    </dl>
  )
}
