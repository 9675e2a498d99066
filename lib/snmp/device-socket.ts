import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

export type Heard = {
  message: (datagram: Buffer) => void
  /** An error of the socket, by its code: ECONNREFUSED when nobody listens there. */
  failure: (code: string) => void
}

/** A socket that talks with one address and port alone. */
export type DeviceSocket = { send(datagram: Uint8Array): void; close(): void; closed(): boolean }

/**
 * Opens a socket to a device. It is connected, so that the kernel takes nothing from anyone else. What is sent before that
 * waits. Errors never throw: a lost datagram is asked for again by the timeout of the question.
 */
export function connectSocket(address: string, port: number, heard: Heard): DeviceSocket {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  let state: 'connecting' | 'connected' | 'closed' = 'connecting'
  const early: Uint8Array[] = []
  const failed = (error: NodeJS.ErrnoException | null | undefined) => {
    if (error && state !== 'closed') heard.failure(error.code ?? error.message)
  }
  const send = (datagram: Uint8Array) => {
    if (state === 'connecting') early.push(datagram)
    if (state === 'connected') socket.send(datagram, failed)
  }
  const close = () => {
    if (state === 'closed') return
    state = 'closed'
    socket.close()
  }
  socket.on('message', heard.message)
  socket.on('error', failed)
  socket.connect(port, address, (error?: Error) => {
    if (error) return failed(error)
    if (state === 'closed') return
    state = 'connected'
    for (const one of early.splice(0)) send(one)
  })
  return { send, close, closed: () => state === 'closed' }
}
