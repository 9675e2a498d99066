'use client'
import { wallText } from '@/lib/domain/quiet-time'
import { useZone } from '../time'
import styles from './why-question.module.css'

/** Which channel, and when: kept in the address, so that an answer can be sent to a colleague. `at` is epoch ms. */
export function WhyQuestion({
  channels,
  channel,
  at,
}: {
  channels: { id: number; name: string; detail: string }[]
  channel: number | null
  at: number
}) {
  const zone = useZone()
  return (
    <form action="/why" className={styles.question}>
      <label className="field">
        <span className="label">Channel</span>
        <select name="channel" className="input" defaultValue={channel ?? undefined}>
          {channels.map(({ id, name, detail }) => (
            <option key={id} value={id}>
              {detail ? `${name}, ${detail}` : name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span className="label">When, in {zone}</span>
        <input
          type="datetime-local"
          name="at"
          className="input"
          key={zone}
          defaultValue={wallText(at, zone)}
          required
        />
      </label>
      <input type="hidden" name="zone" value={zone} />
      <button type="submit" className="button" data-kind="primary">
        Ask
      </button>
    </form>
  )
}
