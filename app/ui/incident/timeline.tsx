import type { IncidentDetail, TimelineEntry } from '@/lib/store/incidents'
import { ActionForm, FormMessage, SubmitButton, TextField } from '../form/action-form'
import { Clock } from '../time'
import { note } from './actions'
import styles from './timeline.module.css'

/** The incident as a story, oldest first, and room for the next line. */
export function Timeline({ incident, mayWrite }: { incident: IncidentDetail; mayWrite: boolean }) {
  return (
    <>
      <ol className={styles.timeline}>
        {incident.timeline.map((entry, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <li key={i} data-kind={entry.kind}>
            <span className={styles.at}>
              <Clock at={entry.at} />
            </span>
            <Line entry={entry} />
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

/** "Anna acknowledged it after 4 min."; what was written stands as it was written, below its name. */
function Line({ entry: { kind, by, what } }: { entry: TimelineEntry }) {
  if (by === null) return <p>{what}</p>
  if (kind === 'did')
    return (
      <p>
        <strong>{by}</strong> {what.charAt(0).toLowerCase() + what.slice(1)}
      </p>
    )
  return (
    <div>
      <p>
        <strong>{by}</strong> wrote:
      </p>
      <p className={styles.words}>{what}</p>
    </div>
  )
}
