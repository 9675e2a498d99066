'use client'
import { useSyncExternalStore } from 'react'
import { ensurePush, type PushState } from './ensure-push'

// One state a page, whoever asks: the banner, the button and the list speak of the same browser.
const held: { state: PushState } = { state: { is: 'looking' } }
const listeners = new Set<() => void>()
const looking: PushState = { is: 'looking' }

/** Tells every part of the page how it stands now. */
export function tellPush(state: PushState): PushState {
  held.state = state
  for (const listener of listeners) listener()
  return state
}

/** Compares and heals, then tells the page. */
export const healPush = async () => tellPush(await ensurePush())

/** How it stands with alerts in this browser; 'looking' until it is known, and on the server. */
export function usePush(): PushState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => held.state,
    () => looking,
  )
}
