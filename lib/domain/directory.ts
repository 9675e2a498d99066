/** What can name a device: a MAC (a number), an address or a name (text with a sign before it). */
export type Key = number | `i${string}` | `n${string}`

/** Names that come from the factory: they say nothing of which device it is. */
const factoryNames =
  /^(mikrotik|ubnt|ubiquiti.*|router(os)?|switch|localhost|unknown|none|openwrt|gateway|cpe|ap|edgeos)$/

/** The key of a name; null where many devices have it. */
export function nameKey(name: string | null): Key | null {
  const plain = name?.trim().toLowerCase() ?? ''
  return plain.length < 3 || factoryNames.test(plain) ? null : `n${plain}`
}

export const addressKey = (address: string): Key => `i${address}`

/** sure: it says so itself, or was written down by somebody. heard: others say so. */
export type Weight = 'sure' | 'heard'

/**
 * Which device a MAC, an address or a name belongs to. What is sure counts before what is heard; a key that several
 * devices have names none of them. Every word is counted, so that what one device said can be taken back.
 */
export class Directory {
  readonly #owners = { sure: new Map<Key, Map<number, number>>(), heard: new Map<Key, Map<number, number>>() }

  add(weight: Weight, key: Key, device: number): void {
    const all = this.#owners[weight]
    const owners = all.get(key)
    if (owners) owners.set(device, (owners.get(device) ?? 0) + 1)
    else all.set(key, new Map([[device, 1]]))
  }

  remove(weight: Weight, key: Key, device: number): void {
    const owners = this.#owners[weight].get(key)
    const count = owners?.get(device)
    if (!owners || count === undefined) return
    if (count > 1) owners.set(device, count - 1)
    else owners.delete(device)
    if (owners.size === 0) this.#owners[weight].delete(key)
  }

  /** The one device that has it; null: none, or several. */
  find(key: Key | null): number | null {
    if (key === null) return null
    const owners = this.#owners.sure.get(key) ?? this.#owners.heard.get(key)
    if (owners?.size !== 1) return null
    const [only] = owners.keys()
    return only ?? null
  }
}
