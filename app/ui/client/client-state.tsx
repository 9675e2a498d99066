import type { Status } from '@/lib/domain/status'
import { StateMark } from '../state-mark'

/** How a client is served, as a mark and a word. */
export function ClientState({ status }: { status: Status | null }) {
  return status === null ? <span className="muted">No device</span> : <StateMark status={status} />
}
