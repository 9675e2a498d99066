import { Problem } from '@/lib/problem'
import { createDiscovery } from '@/lib/store/discoveries'
import { readAllowedRanges } from '@/lib/store/discovery-ranges'
import { listProbes } from '@/lib/store/probes'
import { listProfiles } from '@/lib/store/snmp-profiles'
import type { DiscoveryInput } from '@/lib/wire/rest-discoveries'

/** Begins a search and answers its id. Throws invalid-input, naming the field. */
export async function startDiscovery(said: DiscoveryInput, by: string): Promise<number> {
  const [probes, profiles, allowed] = await Promise.all([listProbes(), listProfiles(), readAllowedRanges()])
  const probe = said.probe ?? (probes.find((one) => one.connected) ?? probes[0])?.id
  if (probe === undefined) throw new Problem('invalid-input', 'probe: there is none yet, add one first')
  const made = await createDiscovery(
    {
      probeId: probe,
      ranges: said.ranges ?? allowed,
      seeds: said.seeds,
      site: said.site,
      profileIds: said.profiles ?? profiles.map((profile) => profile.id),
      ratePerSecond: said.rate,
    },
    by,
  )
  if (!('fault' in made)) return made.id
  const [, at = '', message = made.fault] = /^([a-z_]+): (.+)$/s.exec(made.fault) ?? []
  throw new Problem('invalid-input', made.fault, { members: { errors: [{ at, message }] } })
}
