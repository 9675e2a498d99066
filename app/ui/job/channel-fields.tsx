'use client'
import { useState } from 'react'
import { kindLabel } from '@/lib/domain/channel-fields'
import { phoneWords } from '@/lib/domain/channel-state'
import type { ChannelChoice } from '@/lib/store/channel-choices'
import styles from './job-form.module.css'

/** Who is told: everyone, or those that are ticked. */
export function ChannelFields({ channels, chosen }: { channels: ChannelChoice[]; chosen: number[] | null }) {
  const [some, setSome] = useState(chosen !== null)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it
    <div role="group" aria-labelledby="told" className={styles.block}>
      <div className={styles.blockHead}>
        <h2 id="told">Who is told</h2>
        <div role="radiogroup" aria-label="Who is told" className={styles.segments}>
          <label data-on={!some || undefined}>
            <input type="radio" name="told" value="all" checked={!some} onChange={() => setSome(false)} />
            Everyone
          </label>
          <label data-on={some || undefined}>
            <input type="radio" name="told" value="some" checked={some} onChange={() => setSome(true)} />
            Only these
          </label>
        </div>
      </div>
      {some ? (
        <ul className={styles.channels}>
          {channels.map((channel) => (
            <li key={channel.id}>
              <label className="check">
                <input
                  type="checkbox"
                  name="channel"
                  value={channel.id}
                  defaultChecked={chosen?.includes(channel.id) ?? true}
                />
                <span>
                  <span className="strong">{channel.name}</span>{' '}
                  <span className="muted">
                    {channel.kind === 'web_push'
                      ? `${channel.detail}, ${phoneWords(channel.phones)}`
                      : `${kindLabel(channel.kind)} ${channel.detail}`}
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      ) : (
        <p className="hint">Every channel that the routes lead to; without routes, every one there is.</p>
      )}
    </div>
  )
}
