'use client'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { MapStates } from '@/lib/wire/map'
import { type LiveStates, makeStates } from './states'
import type { Network } from './use-network'

/** The live states of a network; null while there is none. */
export function useMapStates(network: Network | null, rendered: MapStates): LiveStates | null {
  const states = useMemo(() => network && makeStates(network.tree.devices.map(({ id }) => id)), [network])
  useEffect(() => states?.take(rendered), [states, rendered])
  useEffect(() => states?.start(), [states])
  return states
}

const never = () => () => {}

/** Renders again whenever a state changed. */
export const useVersion = (states: LiveStates | null): number =>
  useSyncExternalStore(states?.listen ?? never, states?.version ?? zero, zero)
const zero = () => 0

/** The state of one device of the map. */
export const useStateOf = (states: LiveStates, index: number) =>
  useSyncExternalStore(
    states.listen,
    () => states.of(index),
    () => states.of(index),
  )
