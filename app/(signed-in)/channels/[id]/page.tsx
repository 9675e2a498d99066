import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { removeChannel } from '@/app/ui/channel/actions'
import { aroundChannel } from '@/app/ui/channel/around-channel'
import { ChannelForm } from '@/app/ui/channel/channel-form'
import styles from '@/app/ui/channel/channel-form.module.css'
import { ChannelHealth } from '@/app/ui/channel/channel-health'
import { leadsTo } from '@/app/ui/channel/channel-words'
import { TestButton } from '@/app/ui/channel/test-button'
import { ConfirmButton } from '@/app/ui/form/confirm-button'
import { shownConfig } from '@/lib/channel-input'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { findChannel } from '@/lib/store/channel-writes'

export const metadata: Metadata = { title: 'Channel' }

export default async function ChannelPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [{ role }, { id }, { new: isNew }] = await Promise.all([requireUser(), params, searchParams])
  const channel = /^[1-9]\d{0,8}$/.test(id) ? await findChannel(Number(id)) : null
  if (!channel) notFound()
  const mayWrite = allows(role, 'write')
  const isOwn = channel.kind === 'web_push'
  const config = shownConfig(channel)
  const around = await aroundChannel(channel.kind, channel.id)
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <hgroup>
          <h1>{channel.name}</h1>
          <p className="muted">{leadsTo(channel)}</p>
        </hgroup>
        {mayWrite && !isOwn && (
          <ConfirmButton
            action={removeChannel}
            fields={{ id: channel.id }}
            verb="Delete"
            ask="Delete it, and what it was told?"
            kind="quiet"
          />
        )}
      </header>
      {!isOwn && (
        <section className={styles.health} aria-label="How it stands">
          {isNew !== undefined && channel.lastDeliveredAt === null && (
            <p className="strong">It is added. Send a test to see that it arrives.</p>
          )}
          <ChannelHealth channel={channel} now={around.now} />
          {mayWrite && (
            <div className={styles.test}>
              <TestButton id={channel.id} name={channel.name} />
              <p className="hint">It goes where the channel leads as it is saved.</p>
            </div>
          )}
        </section>
      )}
      {!isOwn && config === null && (
        <p className="note" data-tone="down">
          What is kept of it cannot be opened, as SECRET_KEY is another one: type its secrets anew.
        </p>
      )}
      {mayWrite ? (
        <ChannelForm
          kind={channel.kind}
          channel={{
            id: channel.id,
            name: channel.name,
            config,
            hours: channel.hours,
            criticalBreaksThrough: channel.criticalBreaksThrough,
            coolOffMinutes: channel.coolOffMinutes,
            escalateTo: channel.escalateTo,
            escalateAfterMinutes: channel.escalateAfterMinutes,
          }}
          {...around}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to change channels.</p>
      )}
    </div>
  )
}
