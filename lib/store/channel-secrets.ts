import type { JSONValue } from 'postgres'
import { decrypt, encrypt } from '@/lib/secrets'

/** A channel's configuration as the database keeps it: its JSON, encrypted as a whole. */
export function sealConfig(config: JSONValue): string {
  return encrypt(JSON.stringify(config))
}

/** The configuration of a row; null for one that needs none. Throws when it was kept with another SECRET_KEY. */
export function openConfig({ config }: { config: string | null }): JSONValue {
  if (config === null) return null
  try {
    return JSON.parse(decrypt(config))
  } catch (cause) {
    throw new Error('The configuration kept of this channel cannot be opened: is SECRET_KEY another one?', { cause })
  }
}
