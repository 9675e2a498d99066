import Link from 'next/link'
import type { DeviceWalk, ProfileChoice } from '@/lib/store/device-facts'
import { Ago, Since } from '../time'
import styles from './walk-facts.module.css'
import { WalkNow } from './walk-now'

/** What a device says of itself, when that was read, or why it was not. */
export function WalkFacts({
  id,
  walk,
  choice,
  mayWrite,
}: {
  id: number
  walk: DeviceWalk | null
  choice: ProfileChoice
  mayWrite: boolean
}) {
  const facts = walk?.facts ?? null
  const isWalked = choice.said !== 'none' && choice.profiles > 0
  return (
    <section className="section">
      <h2>By SNMP</h2>
      <HowItIsWalked walk={walk} choice={choice} mayWrite={mayWrite} />
      {facts && walk && (
        <dl className="facts">
          <Fact name="Make">{[facts.vendor, facts.model].filter(Boolean).join(' ')}</Fact>
          <Fact name="Firmware">{facts.firmware}</Fact>
          <Fact name="Serial">{facts.serial}</Fact>
          {walk.bootedAt && (
            <Fact name="Running for">
              <Since at={walk.bootedAt} />
            </Fact>
          )}
          <Fact name="Calls itself">{facts.system.name}</Fact>
          <Fact name="Location">{facts.system.location}</Fact>
          <Fact name="Contact">{facts.system.contact}</Fact>
          <Fact name="Addresses">{listed(facts.addresses)}</Fact>
          {walk.walkedAt && (
            <Fact name="Read">
              <Ago at={walk.walkedAt} />
              {walk.durationMs !== null && `, in ${tookWords(walk.durationMs)}`}
              {walk.profile && `, with ${walk.profile.name}`}
              {walk.probe && `, by ${walk.probe}`}
            </Fact>
          )}
        </dl>
      )}
      {facts && facts.faults.length > 0 && (
        <details className={styles.faults}>
          <summary>
            {facts.faults.length === 1 ? 'One thing was' : `${facts.faults.length} things were`} left out
          </summary>
          <ul>
            {facts.faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        </details>
      )}
      {mayWrite && isWalked && <WalkNow id={id} triedAt={walk?.triedAt.toISOString() ?? null} />}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  if (children === null || children === '') return null
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

const mostListed = 4

const listed = (all: string[]) =>
  all.slice(0, mostListed).join(', ') + (all.length > mostListed ? ` and ${all.length - mostListed} more` : '')

const tookWords = (ms: number) => (ms < 950 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`)

function HowItIsWalked({
  walk,
  choice,
  mayWrite,
}: {
  walk: DeviceWalk | null
  choice: ProfileChoice
  mayWrite: boolean
}) {
  if (choice.said === 'none') return <p className="muted">It is not walked, as its {choice.by} says.</p>
  if (choice.profiles === 0) {
    return (
      <p className="muted">
        No profile opens it yet.
        {mayWrite && (
          <>
            {' '}
            <Link href="/settings/snmp/new" className="link">
              Add one
            </Link>{' '}
            to know its model, its stations and what hangs on it.
          </>
        )}
      </p>
    )
  }
  if (!choice.known) {
    return (
      <p className="note" data-tone="amber">
        Its {choice.by} names the profile {choice.said}, and there is none of this name.
      </p>
    )
  }
  if (walk === null) return <p className="muted">It was not walked yet.</p>
  if (walk.failure === null) return null
  return (
    <p className="note" data-tone="amber">
      <span>
        The last walk, <Ago at={walk.triedAt} />, failed: {walk.failure}
        {/[.?]$/.test(walk.failure) ? '' : '.'}
        {walk.walkedAt && (
          <>
            {' '}
            What is shown is of <Ago at={walk.walkedAt} />.
          </>
        )}
      </span>
    </p>
  )
}
