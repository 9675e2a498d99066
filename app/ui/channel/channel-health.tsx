import { channelState } from '@/lib/domain/channel-state'
import type { StoredChannel } from '@/lib/store/channel-writes'
import { StateShape } from '../state-mark'
import { Ago, Clock, Since } from '../time'
import styles from './channel-list.module.css'
import { stateMeanings, stateShapes, stateWords } from './channel-words'

/** How a channel stands, in a few words and with its times. `now` is epoch ms. */
export function ChannelHealth({ channel, now }: { channel: StoredChannel; now: number }) {
  const state = channelState(channel, now)
  const { lastDeliveredAt, failingSince, failures, breakerUntil, brokenSince, lastAnswer } = channel
  const since = brokenSince ?? failingSince
  return (
    <div className={styles.health}>
      <p className={`dotted ${styles.when}`}>
        <span className={styles.state} data-state={state} title={stateMeanings[state]}>
          <StateShape status={stateShapes[state]} />
          <span>
            {stateWords[state]}
            {since !== null && state !== 'delivering' && (
              <>
                {' '}
                for <Since at={since} />
              </>
            )}
          </span>
        </span>
        {failures > 0 && <span className="num">{failures === 1 ? '1 failure' : `${failures} failures in a row`}</span>}
        {state === 'spared' && breakerUntil !== null && (
          <span>
            tried again at <Clock at={breakerUntil} seconds={false} />
          </span>
        )}
        {lastDeliveredAt !== null && (
          <span>
            delivered <Ago at={lastDeliveredAt} />
          </span>
        )}
      </p>
      {lastAnswer !== null && state !== 'delivering' && state !== 'unproven' && (
        <p className={styles.answer}>{lastAnswer}</p>
      )}
    </div>
  )
}
