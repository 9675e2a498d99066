import { decrypt } from '@/lib/secrets'
import { openSource, type Source, sourceKinds } from '@/lib/sources/open-source'
import type { ClaimedPoll } from '@/lib/store/source-leases'

type Opened = { config: string; source: Source; stop: AbortController }

/** Sources that stay open from poll to poll, with what they have signed in to; anew when their settings are others. */
export function openSources(signal: AbortSignal, open: typeof openSource = openSource) {
  const opened = new Map<number, Opened>()

  async function forget(id: number): Promise<void> {
    const known = opened.get(id)
    opened.delete(id)
    known?.stop.abort()
    await known?.source.close().catch(() => {})
  }

  return {
    forget,
    /** Null: its settings cannot be read. */
    of({ id, kind, config }: Pick<ClaimedPoll, 'id' | 'kind' | 'config'>): Opened | null {
      const known = opened.get(id)
      if (known?.config === config) return known
      if (known) void forget(id)
      const read = readConfig(kind, config)
      if (!read) return null
      const stop = new AbortController()
      const context = { signal: AbortSignal.any([signal, stop.signal]) }
      const source = read.kind === 'uisp' ? open('uisp', read.config, context) : open('sonar', read.config, context)
      const one = { config, source, stop }
      opened.set(id, one)
      return one
    },
    close: async () => {
      await Promise.all([...opened.keys()].map(forget))
    },
  }
}

function readConfig(kind: 'uisp' | 'sonar', config: string) {
  try {
    const said: unknown = JSON.parse(decrypt(config))
    return kind === 'uisp'
      ? { kind, config: sourceKinds.uisp.schema.parse(said) }
      : { kind, config: sourceKinds.sonar.schema.parse(said) }
  } catch {
    return null
  }
}
