import type { Metadata } from 'next'
import Link from 'next/link'
import { aroundChannel } from '@/app/ui/channel/around-channel'
import { ChannelForm } from '@/app/ui/channel/channel-form'
import styles from '@/app/ui/channel/channel-form.module.css'
import { type ConfiguredKind, channelForms } from '@/lib/domain/channel-fields'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Add a channel' }

const kinds = Object.keys(channelForms) as ConfiguredKind[]

export default async function NewChannelPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [{ role }, { kind: asked }] = await Promise.all([requireUser(), searchParams])
  const kind = kinds.find((one) => one === asked)
  if (!allows(role, 'write')) {
    return (
      <div className="page" data-width="text">
        <header className="page-head">
          <h1>Add a channel</h1>
        </header>
        <p className="note">Your role may read only: an operator has to add channels.</p>
      </div>
    )
  }
  if (!kind) {
    return (
      <div className="page">
        <header className="page-head">
          <h1>Add a channel</h1>
        </header>
        <ul className={styles.kinds}>
          {kinds.map((one) => (
            <li key={one}>
              <Link href={`/channels/new?kind=${one}`} className={styles.kind}>
                <span className="strong">{channelForms[one].label}</span>
                <span className="muted">{channelForms[one].what}</span>
              </Link>
            </li>
          ))}
        </ul>
        <p className="muted">
          Push needs no channel: every operator turns it on under{' '}
          <Link href="/settings/push" className="link">
            Push devices
          </Link>
          .
        </p>
      </div>
    )
  }
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a channel: {channelForms[kind].label}</h1>
        <Link href="/channels/new" className="button" data-kind="quiet">
          Another kind
        </Link>
      </header>
      <ChannelForm key={kind} kind={kind} {...(await aroundChannel(kind, null))} />
    </div>
  )
}
