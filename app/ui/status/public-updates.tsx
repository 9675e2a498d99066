import { statusLimits } from '@/lib/domain/status-page'
import { hasStatusPages } from '@/lib/store/status-pages'
import { listStatusUpdates } from '@/lib/store/status-updates'
import { ActionForm, FormMessage, SubmitButton, TextField } from '../form/action-form'
import { ConfirmButton } from '../form/confirm-button'
import { Clock } from '../time'
import styles from './public-updates.module.css'
import { sayUpdate, takeBackUpdate } from './update-actions'

/** What customers were told of an incident, and room for the next word. Nothing where no status page is. */
export async function PublicUpdates({ incidentId, mayWrite }: { incidentId: number; mayWrite: boolean }) {
  const [updates, hasPages] = await Promise.all([listStatusUpdates(incidentId), hasStatusPages()])
  if (!hasPages && updates.length === 0) return null
  return (
    <section className="section" id="public">
      <h2>On the status pages</h2>
      {updates.length > 0 && (
        <ol className={styles.updates}>
          {updates.map(({ id, at, by, text }) => (
            <li key={id}>
              <p className={styles.text}>{text}</p>
              <div className="row">
                <span className="muted">
                  {by}, <Clock at={at} seconds={false} />
                </span>
                {mayWrite && (
                  <ConfirmButton
                    action={takeBackUpdate}
                    fields={{ incident: incidentId, update: id }}
                    verb="Take back"
                    ask="Take it off the pages? Who was told of it was told."
                    size="small"
                    kind="quiet"
                  />
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
      {mayWrite ? (
        <ActionForm action={sayUpdate} clearWhenDone>
          <input type="hidden" name="incident" value={incidentId} />
          <TextField
            name="update"
            label="Tell customers"
            rows={2}
            maxLength={statusLimits.update}
            placeholder="A truck is on its way to the tower. We expect service by 16:00."
            hint="Everybody can read it: on the status pages that show this incident, and sent to their subscribers."
          />
          <FormMessage />
          <div>
            <SubmitButton kind="plain">Publish</SubmitButton>
          </div>
        </ActionForm>
      ) : (
        updates.length === 0 && <p className="muted">Nothing was said yet.</p>
      )}
    </section>
  )
}
