import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Vendor } from '@/lib/snmp/vendor'
import type { Walker } from '@/lib/snmp/walk-device'
import type { WalkJob } from './walk-words'

type Opened = { facts: DeviceFacts; profileId: number }

/** Tries the profiles in their order until one opens the device; its walk is the answer, whole or not. */
export async function walkInTurn(
  walker: Pick<Walker, 'walkDevice'>,
  vendors: readonly Vendor[],
  { address, profiles, deadlineMs }: Pick<WalkJob, 'address' | 'profiles' | 'deadlineMs'>,
  signal: AbortSignal,
): Promise<Opened | { failure: string }> {
  const failures: string[] = []
  for (const profile of profiles) {
    if (signal.aborted) break
    const walked = await walker.walkDevice(profile, address, vendors, { signal, deadlineMs })
    if ('facts' in walked) return { facts: walked.facts, profileId: profile.id }
    failures.push(walked.failure)
  }
  if (failures.length <= 1) return { failure: failures[0] ?? 'no profile to try' }
  const distinct = [...new Set(failures)]
  return { failure: `none of ${failures.length} profiles opens it: ${distinct.slice(0, 3).join('; ')}` }
}
