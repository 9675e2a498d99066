import Link from 'next/link'
import { hoursWords } from '@/lib/domain/hours-words'
import type { StoredChannel } from '@/lib/store/channel-writes'
import { ChannelHealth } from './channel-health'
import styles from './channel-list.module.css'
import { againWords, leadsTo } from './channel-words'
import { TestButton } from './test-button'

/** Channels, one a row: where each leads, how it stands, when it is told, and a test. `now` is epoch ms. */
export function ChannelList({
  channels,
  names,
  now,
  mayWrite,
}: {
  channels: StoredChannel[]
  names: ReadonlyMap<number, string> // of all, for escalation
  now: number
  mayWrite: boolean
}) {
  return (
    <ul className={styles.list}>
      {channels.map((channel) => (
        <li key={channel.id} className={styles.channel}>
          <div className={styles.text}>
            <p className={`dotted ${styles.what}`}>
              <span>
                <Link href={`/channels/${channel.id}`} className={styles.name}>
                  {channel.name}
                </Link>
              </span>
              <span className="muted">{leadsTo(channel)}</span>
            </p>
            {channel.kind !== 'web_push' && <ChannelHealth channel={channel} now={now} />}
            <p className={`dotted ${styles.when}`}>
              <span>told {hoursWords(channel.hours)}</span>
              {channel.hours.ranges.length > 0 && !channel.criticalBreaksThrough && (
                <span>what is critical waits, too</span>
              )}
              {againWords(channel, (id) => names.get(id)).map((words) => (
                <span key={words}>{words}</span>
              ))}
            </p>
          </div>
          {mayWrite && (
            <div className={styles.actions}>
              {channel.kind !== 'web_push' && <TestButton id={channel.id} name={channel.name} size="small" />}
              <Link
                href={`/channels/${channel.id}`}
                className="button"
                data-kind="quiet"
                data-size="small"
                aria-label={`Edit ${channel.name}`}
              >
                Edit
              </Link>
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}
