import { ActionForm, Field, FormMessage, SubmitButton } from '../form/action-form'
import { tellClients } from './actions'
import styles from './message.module.css'

/** Now, or after a wait and only who is still cut off then. */
export function ComposeForm({
  incident,
  template,
  media,
  told,
  advice,
  minutes,
}: {
  incident: number
  template: string
  media: string
  told: string // "38 clients"
  advice: { minutes: number; words: string } | null
  minutes: number
}) {
  const waitsBetter = advice !== null && advice.minutes > 0
  return (
    <ActionForm action={tellClients} className="card stack">
      <input type="hidden" name="incident" value={incident} />
      <input type="hidden" name="template" value={template} />
      <input type="hidden" name="media" value={media} />
      {advice && <p>{advice.words}</p>}
      <div>
        <p>
          <label className="check">
            <input type="checkbox" name="everyone" />
            Tell also who is back by then
          </label>
        </p>
        <p>
          <label className="check">
            <input type="checkbox" name="silent" />
            Do not tell them when it is over
          </label>
        </p>
      </div>
      <div className={styles.when}>
        <SubmitButton name="when" value="now" kind={waitsBetter ? 'plain' : 'primary'}>
          Tell {told} now
        </SubmitButton>
        <Field
          name="minutes"
          label="Minutes"
          type="number"
          min={1}
          max={1440}
          inputMode="numeric"
          defaultValue={minutes}
          className={styles.minutes ?? ''}
        />
        <SubmitButton name="when" value="wait" kind={waitsBetter ? 'primary' : 'plain'}>
          Wait, then tell who is still dark
        </SubmitButton>
      </div>
      <FormMessage />
    </ActionForm>
  )
}
