import type { IncidentDetail } from '@/lib/store/incidents'
import { ActionForm, FormMessage, SubmitButton, TextField } from '../form/action-form'
import { Clock } from '../time'
import { note } from './actions'
import styles from './incident-page.module.css'

/** The incident as a story, oldest first, and room for the next line. */
export function Timeline({ incident, mayWrite }: { incident: IncidentDetail; mayWrite: boolean }) {
  return (
    <>
      <ol className={styles.timeline}>
        {incident.timeline.map((entry, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <li key={i}>
            <span className={styles.at}>
              <Clock at={entry.at} />
            </span>
            <p>
              {entry.by && <strong>{entry.by}: </strong>}
              {entry.what}
            </p>
          </li>
        ))}
        {incident.timeline.length === 0 && <li className="muted">Nothing is written down yet.</li>}
      </ol>
      {mayWrite && (
        <ActionForm action={note} clearWhenDone>
          <input type="hidden" name="incident" value={incident.id} />
          <TextField name="text" label="Add a note" rows={2} placeholder="What the others should know" />
          <FormMessage />
          <div>
            <SubmitButton kind="plain">Add the note</SubmitButton>
          </div>
        </ActionForm>
      )}
    </>
  )
}
