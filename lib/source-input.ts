import { setTimeout as sleep } from 'node:timers/promises'
import { refuseInput } from '@/lib/channel-input'
import { hideConfig, keptSecret, withKept } from '@/lib/domain/channel-form'
import { isFault, openSource, sourceKinds } from '@/lib/sources/open-source'
import {
  openSourceConfig,
  type SealedSource,
  type SourceKind,
  type StoredSource,
  sealSourceConfig,
} from '@/lib/store/sources'
import type { SourceTestAnswer } from '@/lib/wire/rest-sources'

type Config = Record<string, unknown>

/** What it takes to reach a source, in the clear; null where it was kept with another SECRET_KEY. */
export function openedSource(source: Pick<StoredSource, 'sealed'>): Config | null {
  try {
    return openSourceConfig(source) as Config
  } catch {
    return null
  }
}

/** What is not shown again: secrets, and a list, which may be long. */
export const hiddenOf = (kind: SourceKind): readonly string[] => (kind === 'csv' ? ['text'] : sourceKinds[kind].secrets)

/** The same as it may be shown. */
export function shownSource(source: Pick<StoredSource, 'kind' | 'sealed'>): Config | null {
  const config = openedSource(source)
  return config && hideConfig(config, hiddenOf(source.kind))
}

/** The JSON as its kind takes it, over the standing one whose secrets it may keep. Throws invalid-input. */
export function readSource(kind: SourceKind, said: Config, before: Config | null): Config {
  const { schema } = sourceKinds[kind]
  const { config, kept } = withKept(said, before, hiddenOf(kind))
  const filled = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== '' && value !== null))
  const read = schema.safeParse(filled)
  if (!read.success) {
    refuseInput(
      read.error.issues.slice(0, 100).map(({ path, message }) => ({ at: ['config', ...path].join('.'), message })),
    )
  }
  const meant = read.data as unknown as Config
  // A secret that nobody may read must not be sent to a place, or past a guard, that somebody may choose.
  const weaker = before && kept.length > 0 ? placesMoved(meant, before) : []
  if (weaker.length > 0) {
    refuseInput(
      kept.map((secret) => ({
        at: `config.${secret}`,
        message: `found ${keptSecret}, expected it anew: with another ${weaker.join(' and ')} it would go elsewhere`,
      })),
    )
  }
  return meant
}

const placesMoved = (meant: Config, before: Config) => ['url'].filter((place) => meant[place] !== before[place])

/** The JSON as it is kept, and where it leads. */
export const sealedSource = (kind: SourceKind, config: Config): SealedSource => ({
  sealed: sealSourceConfig(config),
  detail: sourceKinds[kind].detail(config as never),
})

const testMs = 20_000

/** Tries a connection, for a while; whatever goes wrong is said in words. */
export async function tryConnection(kind: SourceKind, config: Config, signal: AbortSignal): Promise<SourceTestAnswer> {
  const ending = new AbortController()
  const source = openSource(kind, config as never, {
    signal: AbortSignal.any([signal, ending.signal]),
    limits: { timeoutMs: testMs, connectMs: 8000 },
  })
  try {
    const late = sleep(testMs, null, { signal: ending.signal, ref: false }).catch(() => null)
    const answer = await Promise.race([source.test(), late])
    if (answer === null) return failed('slow', `No answer within ${testMs / 1000} s`)
    if (isFault(answer)) return failed(answer.kind, answer.words, answer.fingerprint)
    return { ok: true, words: answer.words, version: answer.version, fault: null, fingerprint: null }
  } finally {
    ending.abort()
    await source.close().catch(() => {})
  }
}

const failed = (fault: string, words: string, fingerprint: string | null = null): SourceTestAnswer => ({
  ok: false,
  words,
  version: null,
  fault,
  fingerprint,
})
