import { existsSync } from 'node:fs'

const found = (...paths: (string | undefined)[]) => paths.find((path) => path !== undefined && existsSync(path))

export const firefoxPath = found(process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox')

/** A whole Chromium: the headless shell that comes as an npm package denies every notification. */
export const chromiumPath = found(
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
)

/** Says by name what is left out, and what brings it back. */
export function sayMissing(name: string, missing: string | null): boolean {
  if (missing) console.info(`Skipped "${name}": ${missing}`)
  return missing !== null
}

/** Firefox's own windows hold few notices that wait for an answer, and forget places they gave back: here, as many as come. */
export const manyNotices = { 'dom.webnotifications.requireinteraction.count': 500 }
