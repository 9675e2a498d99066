import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { parseTrap, type Trap } from './trap'

export type TrapPortOptions = {
  /** 162, or 0 for any that is free. */
  port: number
  /** The address of this machine to listen at; `::` and `0.0.0.0` are all of them. */
  address: string
  signal: AbortSignal
  onTrap: (trap: Trap, from: string) => void
}

/** malformed: datagrams that are no traps. dropped: those beyond what is read in a second. */
export type TrapCounts = { traps: number; malformed: number; dropped: number }

/** Most datagrams that are read in one second: a network that floods it hastens its own pings no more by that. */
const mostPerSecond = 2000

export type TrapPort = { port: number; counts(): TrapCounts }

/**
 * Listens for traps and informs until the signal comes. Rejects when the port cannot be had. Informs of v2c are confirmed;
 * those of v3 are not, which would take keys of every device.
 */
export async function openTrapPort(options: TrapPortOptions): Promise<TrapPort> {
  options.signal.throwIfAborted()
  try {
    return await listen(options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const hasNoIPv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'
    if (options.address !== '::' || !hasNoIPv6) throw error
    return listen({ ...options, address: '0.0.0.0' })
  }
}

function listen({ port, address, signal, onTrap }: TrapPortOptions): Promise<TrapPort> {
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
  const counts: TrapCounts = { traps: 0, malformed: 0, dropped: 0 }
  let second = 0
  let inSecond = 0
  socket.on('message', (datagram, from) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) [second, inSecond] = [now, 0]
    if (++inSecond > mostPerSecond) return void counts.dropped++
    const trap = parseTrap(datagram)
    if ('fault' in trap) return void counts.malformed++
    counts.traps += 1
    // From port 0, as anybody can send one, nothing can be sent to: send would throw.
    if (trap.confirmation && from.port > 0) socket.send(trap.confirmation, from.port, from.address, () => {})
    onTrap(trap, from.address.replace(/^::ffff:(?=\d+\.)/, ''))
  })
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', refuse)
    socket.bind({ port, address }, () => {
      socket.off('error', refuse)
      socket.on('error', () => {}) // of one datagram that could not be sent or read
      signal.addEventListener('abort', () => socket.close(), { once: true })
      resolve({ port: socket.address().port, counts: () => ({ ...counts }) })
    })
  })
}
