import type { Metadata } from 'next'
import Link from 'next/link'
import { DiscoveryForm } from '@/app/ui/discovery/discovery-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listProbes } from '@/lib/store/probes'
import { listSites } from '@/lib/store/sites'
import { listProfiles } from '@/lib/store/snmp-profiles'
import { suggestRanges } from '@/lib/store/suggested-ranges'

export const metadata: Metadata = { title: 'Find devices' }

export default async function NewDiscoveryPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [{ role }, params] = await Promise.all([requireUser(), searchParams])
  const text = (name: string) => (typeof params[name] === 'string' ? params[name].slice(0, 200) : '')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Find devices</h1>
        <Link href="/discovery" className="link">
          What was found before
        </Link>
      </header>
      {allows(role, 'write') ? (
        <>
          <p className="muted">
            A probe searches; what it finds waits for you to accept it. Nothing is watched before.
          </p>
          <Search asked={{ ranges: text('ranges'), seeds: text('seeds') }} />
        </>
      ) : (
        <p className="note">Your role may read only: an operator has to search for devices.</p>
      )}
    </div>
  )
}

async function Search({ asked }: { asked: { ranges: string; seeds: string } }) {
  const [probes, profiles, sites] = await Promise.all([listProbes(), listProfiles(), listSites()])
  if (probes.length === 0) return <p className="note">There is no probe yet: it is what searches. Add one first.</p>
  const searching = await Promise.all(
    probes.map(async (probe) => ({
      id: probe.id,
      name: probe.name,
      connected: probe.connected,
      suggested: await suggestRanges(probe),
    })),
  )
  return (
    <DiscoveryForm
      probes={searching}
      profiles={profiles.map(({ id, name }) => ({ id, name }))}
      sites={sites.map((site) => site.name)}
      asked={asked}
    />
  )
}
