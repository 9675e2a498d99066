import { LINUX as L, timespecMs } from './libc'

/** When the kernel received a message: epoch ms from its SO_TIMESTAMPNS control data; NaN when there is none. */
export function receivedAt(control: Uint32Array, at: number, bytes: number): number {
  if (bytes >= 32 && control[at + 2] === L.SOL_SOCKET && control[at + 3] === L.SO_TIMESTAMPNS)
    return timespecMs(control, at + 4)
  return Number.NaN
}

export type QueuedError = { type: number; code: number; from: Uint8Array | null }

/** The ICMP error that the kernel queued for a datagram socket (struct sock_extended_err), from control data. */
export function queuedError(control: Uint8Array, family: 4 | 6): QueuedError | null {
  const view = new DataView(control.buffer, control.byteOffset, control.byteLength)
  const level = family === 4 ? L.SOL_IP : L.SOL_IPV6
  const type = family === 4 ? L.IP_RECVERR : L.IPV6_RECVERR
  for (let at = 0; at + 16 <= control.length; ) {
    const bytes = view.getUint32(at, true)
    if (bytes < 16) return null
    if (view.getUint32(at + 8, true) === level && view.getUint32(at + 12, true) === type && at + 32 <= control.length) {
      const origin = control[at + 20]
      if (origin !== (family === 4 ? 2 : 3)) return null
      return { type: control[at + 21] ?? 0, code: control[at + 22] ?? 0, from: offender(control, at + 32, family) }
    }
    at += (bytes + 7) & ~7
  }
  return null
}

function offender(control: Uint8Array, at: number, family: 4 | 6): Uint8Array | null {
  const [start, length] = family === 4 ? [at + 4, 4] : [at + 8, 16]
  return start + length <= control.length ? control.slice(start, start + length) : null
}
