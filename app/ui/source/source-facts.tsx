import type { StoredSource } from '@/lib/store/sources'
import settings from '../settings/settings.module.css'
import { Ago, Clock } from '../time'
import { everyWords, listedWords, pingsWords } from './source-words'

/** How a source is set, and how it went last. */
export function SourceFacts({ source }: { source: StoredSource }) {
  const { lastSyncAt, lastPollAt, nextSyncAt, enabled, pollSeconds, kind } = source
  return (
    <section className={settings.block}>
      <dl className="facts">
        <dt>Last good reading</dt>
        <dd>{lastSyncAt ? <Ago at={lastSyncAt} /> : 'none yet'}</dd>
        <dt>It lists</dt>
        <dd className="num">{listedWords(source) || 'nothing yet'}</dd>
        <dt>Asked what there is</dt>
        <dd>
          {enabled ? everyWords(source.syncSeconds) : 'not while it is off'}
          {enabled && lastSyncAt && (
            <>
              , next at <Clock at={nextSyncAt} />
            </>
          )}
        </dd>
        {kind !== 'csv' && (
          <>
            <dt>Asked what is dark</dt>
            <dd>
              {pollSeconds === 0 ? 'never' : everyWords(pollSeconds)}
              {lastPollAt && (
                <>
                  , last answered <Ago at={lastPollAt} />
                </>
              )}
            </dd>
            <dt>A device is down after</dt>
            <dd className="num">
              {source.isolateMisses} dark answers of {source.isolatePolls}, and back after {source.revivePolls} in a row
            </dd>
          </>
        )}
        <dt>Changes</dt>
        <dd>{source.applies === 'by_itself' ? 'are written by themselves' : 'wait for somebody'}</dd>
        <dt>Pinged too</dt>
        <dd>{pingsWords[source.pings]}</dd>
      </dl>
    </section>
  )
}
