import type { Metadata } from 'next'
import Link from 'next/link'
import { ChannelList } from '@/app/ui/channel/channel-list'
import { Icon } from '@/app/ui/icons'
import { channelState } from '@/lib/domain/channel-state'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannels, type StoredChannel } from '@/lib/store/channel-writes'

export const metadata: Metadata = { title: 'Channels' }

const urgency = { broken: 0, spared: 1, failing: 2, unproven: 3, delivering: 3 } as const

export default async function ChannelsPage() {
  const [{ role }, { items }] = await Promise.all([requireUser(), listChannels()])
  const now = Date.now()
  const mayWrite = allows(role, 'write')
  const order = (channel: StoredChannel) => urgency[channelState(channel, now)]
  const own = items.filter(({ kind }) => kind === 'web_push').sort((a, b) => a.name.localeCompare(b.name))
  const media = items
    .filter(({ kind }) => kind !== 'web_push')
    .sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name))
  const names = new Map(items.map(({ id, name }) => [id, name]))
  const broken = media.filter((channel) => channelState(channel, now) === 'broken').length
  return (
    <div className="page">
      <header className="page-head">
        <h1>Channels</h1>
        {mayWrite && (
          <Link href="/channels/new" className="button" data-kind="primary">
            <Icon name="plus" size={16} />
            Add a channel
          </Link>
        )}
      </header>
      {broken > 0 && (
        <p className="note" data-tone="down">
          {broken === 1 ? 'One channel refused for good' : `${broken} channels refused for good`}: nothing is told there
          until it is mended.
        </p>
      )}
      {media.length > 0 ? (
        <ChannelList channels={media} names={names} now={now} mayWrite={mayWrite} />
      ) : (
        <div className="empty">
          <h2>Only push devices are told.</h2>
          <p>
            Add e-mail, a chat, text messages, an on-call service or a webhook. A test shows what each really answers.
          </p>
        </div>
      )}
      <section className="section">
        <div className="section-head">
          <h2>
            Push devices of the operators <span className="muted num">{own.length}</span>
          </h2>
          <Link href="/settings/push" className="link">
            Your push devices
          </Link>
        </div>
        <ChannelList channels={own} names={names} now={now} mayWrite={mayWrite} />
      </section>
    </div>
  )
}
