import type { Status } from '@/lib/domain/status'
import type { PlaceState } from '@/lib/domain/status-page'
import { stateWords } from '@/lib/domain/status-words'
import { StateShape } from '../state-mark'
import styles from './status.module.css'

/** The shapes of the house, by what a customer makes of them. */
export const shapeOf: Record<PlaceState, Status> = {
  working: 'up',
  planned: 'paused',
  unstable: 'degraded',
  partly: 'suspect',
  interrupted: 'down',
}

export function PlaceMark({ state }: { state: PlaceState }) {
  return (
    <span className={styles.state}>
      <StateShape status={shapeOf[state]} />
      {stateWords[state]}
    </span>
  )
}
