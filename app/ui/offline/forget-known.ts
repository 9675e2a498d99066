/** Where the service worker keeps the last board; a page may reach it as well. */
export const knownShelf = 'beatline-offline'
export const knownPath = '/offline/known.json'

/** Deletes what this device keeps of the board: whoever is signed out has no business with it. Never throws. */
export async function forgetKnown(): Promise<void> {
  try {
    if ('caches' in globalThis) await (await caches.open(knownShelf)).delete(knownPath)
  } catch {
    // Without storage nothing is kept.
  }
}
