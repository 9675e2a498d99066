import { existsSync } from 'node:fs'

const found = (...paths: (string | undefined)[]) => paths.find((path) => path !== undefined && existsSync(path))

export const firefoxPath = found(process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox')
/** Says by name what is left out, and what brings it back. */
export function sayMissing(name: string, missing: string | null): boolean {
  if (missing) console.info(`Skipped "${name}": ${missing}`)
  return missing !== null
}
