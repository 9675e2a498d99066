import { onTestFinished } from 'vitest'
import {
  isFault,
  openSource,
  type Source,
  type SourceConfigs,
  type SourceContext,
  type SourceKind,
  sourceKinds,
} from '@/lib/sources/open-source'
import type { SourceFault } from '@/lib/sources/records'

/** A source of these settings, as they are typed in; closed with the test. */
export function opened<K extends SourceKind>(kind: K, settings: unknown, context: Partial<SourceContext> = {}): Source {
  const config = sourceKinds[kind].schema.parse(settings) as SourceConfigs[K]
  const source = openSource(kind, config, { signal: new AbortController().signal, ...context })
  onTestFinished(() => source.close())
  return source
}

/** What was read; a fault fails the test with its words. */
export async function read<T extends object>(answer: Promise<T | SourceFault> | undefined): Promise<T> {
  const read = await answer
  if (!read) throw new Error('this source does not do that')
  if (isFault(read)) throw new Error(`${read.kind}: ${read.words}`)
  return read
}

/** The fault that was told; anything else fails the test. */
export async function faultOf(answer: Promise<object> | undefined): Promise<SourceFault> {
  const read = await answer
  if (read && isFault(read)) return read
  throw new Error(`found ${JSON.stringify(read).slice(0, 200)}, expected a fault`)
}
