import type { z } from 'zod'
import { refuseInput } from '@/lib/channel-input'
import { notFound, readAnyJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { openedSource, readSource, sealedSource } from '@/lib/source-input'
import { createSource, type SourceSettings, type StoredSource, updateSource } from '@/lib/store/sources'
import type { SourceInput, SourcePatch } from '@/lib/wire/rest-sources'

const defaults = {
  enabled: true,
  applies: 'after_review',
  pings: 'none',
  sync_interval: 3600,
  poll_interval: 60,
  isolate: { misses: 2, polls: 3 },
  revive_polls: 2,
  fault_polls: 2,
} as const

/** The body by its schema: a list of clients may be long. */
export async function readSaid<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  return schema.parse(await readAnyJson(request, 12 * 1024 * 1024))
}

/** A PUT says all: what it leaves out goes back to its default. */
export const withDefaults = (said: SourceInput): SourceInput => ({ ...defaults, ...said })

/** Keeps a new source and answers its id. Throws invalid-input and conflict. */
export async function addSource(said: SourceInput): Promise<number> {
  const config = readSource(said.kind, said.config, null)
  const settings = settingsOf(withDefaults(said))
  // A list knows nothing of what is dark: pings do.
  const pings = said.pings ?? 'all'
  const polled = said.kind === 'csv' ? { ...settings, pings, pollSeconds: 0 } : settings
  const made = await createSource(
    said.kind,
    { ...polled, name: said.name } as SourceSettings,
    sealedSource(said.kind, config),
  )
  return 'fault' in made ? refuse(made) : made.id
}

/** Keeps what is said over the standing source. Throws not-found, invalid-input and conflict. */
export async function changeSource(said: SourcePatch, standing: StoredSource): Promise<void> {
  if (said.kind !== undefined && said.kind !== standing.kind)
    refuseInput([{ at: 'kind', message: `found ${said.kind}, expected ${standing.kind}: a kind stays` }])
  const { kind } = standing
  const config = said.config && sealedSource(kind, readSource(kind, said.config, openedSource(standing)))
  const changed = await updateSource(standing.id, settingsOf(said), config ?? null)
  if (changed === null) throw notFound('No source', standing.id)
  if ('fault' in changed) refuse(changed)
}

function settingsOf(said: SourcePatch): Partial<SourceSettings> {
  const settings = {
    name: said.name,
    enabled: said.enabled,
    applies: said.applies,
    pings: said.pings,
    syncSeconds: said.sync_interval,
    pollSeconds: said.poll_interval,
    isolateMisses: said.isolate?.misses,
    isolatePolls: said.isolate?.polls,
    revivePolls: said.revive_polls,
    faultPolls: said.fault_polls,
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

function refuse({ fault, conflict }: { fault: string; conflict: boolean }): never {
  const [, at = '', message = fault] = /^([a-z_]+): (.+)$/s.exec(fault) ?? []
  throw new Problem(conflict ? 'conflict' : 'invalid-input', fault, { members: { errors: [{ at, message }] } })
}
