import type { DeviceFacts } from '@/lib/domain/device-facts'
import { openTrapPort } from '@/lib/snmp/trap-port'
import { vendors } from '@/lib/snmp/vendors'
import { createWalker } from '@/lib/snmp/walk-device'
import { packFacts } from '@/lib/wire/facts'
import { createRegistrations } from './registrations'
import { createSightings } from './sightings'
import { createTrapSieve } from './trap-sieve'
import { walkInTurn } from './walk-in-turn'
import { failed, type WalkerCommand, type WalkerReport, type WalkJob, type WalkOutcome } from './walk-words'

// A process of its own, niced: however much it has to decode, no ping is late because of it. It ends with its parent.
const mostSockets = 256

if (process.send) {
  const walker = createWalker({ sockets: mostSockets })
  const ending = new AbortController()
  const stops = new Map<number, AbortController>()
  const registrations = createRegistrations()
  const sightings = new Map<number, ReturnType<typeof createSightings>>()
  const report = (message: WalkerReport) => {
    if (process.connected) process.send?.(message, () => {}) // the parent may be gone by now
  }

  process.on('disconnect', () => process.exit(0))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {}) // the parent ends it, last
  process.on('message', (command: WalkerCommand) => {
    if (command.kind === 'walk') void run(command.job)
    else if (command.kind === 'stop') for (const id of command.jobIds) stops.get(id)?.abort()
    else if (command.kind === 'forget') sightings.delete(command.discoveryId)
    else void listen(command.port)
  })

  async function run(job: WalkJob): Promise<void> {
    const stop = new AbortController()
    stops.set(job.id, stop)
    const startedAt = performance.now()
    const outcome = await walkInTurn(walker, vendors, job, stop.signal)
      .then((walked) =>
        'failure' in walked || stop.signal.aborted // nobody waits for it, and its search may be forgotten
          ? failed('failure' in walked ? walked.failure : 'stopped', performance.now() - startedAt)
          : outcomeOf(job, walked.facts, walked.profileId, performance.now() - startedAt),
      )
      .catch((error: unknown) => failed(`the walk broke: ${error instanceof Error ? error.message : String(error)}`))
    stops.delete(job.id)
    report({ kind: 'walked', jobId: job.id, outcome })
  }

  function outcomeOf(job: WalkJob, facts: DeviceFacts, profileId: number, durationMs: number): WalkOutcome {
    const outcome = { ...failed('', durationMs), profileId, facts: packFacts(facts), failure: null }
    if ('targetId' in job.for) return { ...outcome, left: registrations.take(job.for.targetId, facts) }
    const { discoveryId } = job.for
    const sighting = sightings.get(discoveryId) ?? createSightings()
    sightings.set(discoveryId, sighting)
    return { ...outcome, own: facts.addresses, seen: sighting.take(facts) }
  }

  async function listen(port: number): Promise<void> {
    const sieve = createTrapSieve((items) => report({ kind: 'traps', items }))
    const open = (address: string) => openTrapPort({ port, address, signal: ending.signal, onTrap: sieve })
    try {
      await open('::').catch(() => open('0.0.0.0')) // a kernel without IPv6
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      report({ kind: 'trouble', text: `no traps are heard, as port ${port} cannot be had: ${why}` })
    }
  }
}
