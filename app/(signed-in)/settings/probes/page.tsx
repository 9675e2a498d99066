import type { Metadata } from 'next'
import { ActionForm, Field, FormMessage, SubmitButton } from '@/app/ui/form/action-form'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { makeProbe, removeProbe, saveAnchors } from '@/app/ui/settings/access-actions'
import styles from '@/app/ui/settings/settings.module.css'
import { StateShape } from '@/app/ui/state-mark'
import { Ago, Since } from '@/app/ui/time'
import type { Status } from '@/lib/domain/status'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listProbes, type Probe } from '@/lib/store/probes'

export const metadata: Metadata = { title: 'Probes' }

export default async function ProbesPage() {
  const [session, probes] = await Promise.all([requireUser(), listProbes()])
  const mayAdmin = allows(session.role, 'admin')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Probes</h1>
      </header>
      <p className="muted">
        A probe pings. One runs beside this server; others run inside the network and dial out to it. With several
        watching a device, most of them have to say that it is dark. Anchors are addresses beside its default gateway:
        when none of them answers, the probe itself is cut off; it is blind then, and opens no outage.
      </p>
      <ul>
        {probes.map((probe) => (
          <li key={probe.id} className={styles.item}>
            <div className={styles.itemText}>
              <span className="row">
                <StateShape status={probeStatus(probe)} />
                <span className="strong">{probe.name}</span>
              </span>
              <span className="muted">
                <ProbeWords probe={probe} />
              </span>
            </div>
            {mayAdmin && (
              <div className={styles.itemActions}>
                <ConfirmButton
                  action={removeProbe}
                  fields={{ id: probe.id }}
                  verb="Delete"
                  size="small"
                  label={`Delete the probe ${probe.name}`}
                  ask="Its token stops working."
                />
              </div>
            )}
            {mayAdmin && (
              <ActionForm action={saveAnchors} className={styles.inline ?? ''}>
                <input type="hidden" name="id" value={probe.id} />
                <Field
                  name="anchors"
                  label="Anchors"
                  defaultValue={probe.anchors.join(', ')}
                  placeholder="10.0.0.1, 1.1.1.1"
                />
                <SubmitButton kind="plain">Save</SubmitButton>
                <FormMessage />
              </ActionForm>
            )}
          </li>
        ))}
      </ul>
      {mayAdmin && (
        <section className={styles.block}>
          <h2>Another probe</h2>
          <ActionForm action={makeProbe} className={styles.inline ?? ''} clearWhenDone>
            <Field name="name" label="Name" placeholder="north-ridge" autoComplete="off" />
            <SubmitButton>Make its token</SubmitButton>
            <FormMessage />
          </ActionForm>
          <p className="hint">
            On that machine: <code>PROBE_HUB</code> with the address of this server, <code>PROBE_TOKEN</code> with the
            token, then <code>npm run probe</code>.
          </p>
        </section>
      )}
    </div>
  )
}

function probeStatus(probe: Probe): Status {
  if (probe.blindSince) return 'unknown'
  if (probe.connected) return 'up'
  return probe.lastSeenAt ? 'down' : 'new'
}

function ProbeWords({ probe }: { probe: Probe }) {
  const way = probe.pingWay ? `, pings by ${probe.pingWay} socket` : ''
  if (probe.blindSince) {
    return (
      <>
        Blind for <Since at={probe.blindSince} />: none of its anchors answers{way}
      </>
    )
  }
  if (probe.connected && probe.connectedAt) {
    return (
      <>
        Connected for <Since at={probe.connectedAt} />
        {way}
        {probe.version && `, version ${probe.version}`}
      </>
    )
  }
  return probe.lastSeenAt ? (
    <>
      Away, last seen <Ago at={probe.lastSeenAt} />
    </>
  ) : (
    'Never connected'
  )
}
