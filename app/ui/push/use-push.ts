'use client'
import { useEffect, useSyncExternalStore } from 'react'
import { ensurePush, type PushState } from './ensure-push'

// One state a page, whoever asks: the banner, the button and the list speak of the same browser.
const held: { state: PushState; cards: number } = { state: { is: 'looking' }, cards: 0 }
const listeners = new Set<() => void>()
const looking: PushState = { is: 'looking' }

/** Tells every part of the page how it stands now. */
export function tellPush(state: PushState): PushState {
  held.state = state
  tell()
  return state
}

function tell() {
  for (const listener of listeners) listener()
}

function listen(listener: () => void) {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Compares and heals, then tells the page. */
export const healPush = async () => tellPush(await ensurePush())

/** How it stands with alerts in this browser; 'looking' until it is known, and on the server. */
export function usePush(): PushState {
  return useSyncExternalStore(
    listen,
    () => held.state,
    () => looking,
  )
}

/** A card on the page says it all: the banner keeps quiet while one is there. */
export function useSayingIt() {
  useEffect(() => {
    held.cards += 1
    tell()
    return () => {
      held.cards -= 1
      tell()
    }
  }, [])
}

export const useIsSaid = () =>
  useSyncExternalStore(
    listen,
    () => held.cards > 0,
    () => true,
  )
