'use client'
import { kindLabel } from '@/lib/domain/channel-fields'
import { phoneWords } from '@/lib/domain/channel-state'
import type { ChannelChoice } from '@/lib/store/channel-choices'
import { useFieldError } from '../form/action-form'
import form from '../job/job-form.module.css'
import styles from './route-form.module.css'

/** Whom a route leads to. */
export function ChannelTicks({ channels, chosen }: { channels: ChannelChoice[]; chosen: readonly number[] }) {
  const error = useFieldError('channel')
  const known = new Set(channels.map(({ id }) => id))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it
    <div role="group" aria-labelledby="to" className={form.block} aria-describedby={error ? 'to-error' : undefined}>
      <h2 id="to">Who is told</h2>
      <ul className={styles.channels}>
        {channels.map(({ id, kind, name, detail, phones }, i) => (
          <li key={id}>
            <label className={styles.channel}>
              <input
                type="checkbox"
                className="tick"
                name="channel"
                value={id}
                defaultChecked={chosen.includes(id)}
                aria-invalid={error && i === 0 ? true : undefined}
              />
              <span className={styles.channelText}>
                <span className="strong">{name}</span>
                <span className="muted clip">
                  {kindLabel(kind)}
                  {kind === 'web_push' ? `, ${phoneWords(phones)}` : detail && `, ${detail}`}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {chosen
        .filter((id) => !known.has(id))
        .map((id) => (
          <p key={id} className="hint">
            It also led to a channel that was deleted since; that goes when this is saved.
          </p>
        ))}
      {error && (
        <p id="to-error" className="problem">
          {error}
        </p>
      )}
    </div>
  )
}
