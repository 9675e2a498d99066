import {
  CONTROL_ROOM,
  ECHO_WORDS,
  type EchoSocket,
  NAME_WORDS,
  PACKET_ROOM,
  type SocketWay,
} from '@/lib/ping/echo-socket'

export type SentEcho = { id: number; sequence: number; low: number; high: number; address: number }

/** An IPv4 echo socket without a kernel: `sent` is what left, `arrive` puts bytes into its queue. */
export function createFakeSocket(way: SocketWay = 'datagram') {
  const sent: SentEcho[] = []
  const queue: { bytes: Uint8Array; stampMs: number }[] = []
  const outcomes: number[] = [] // of the next sends: how many leave, or minus an errno
  let lengths: number[] = []
  const memory = new ArrayBuffer(128 * PACKET_ROOM)
  const socket: EchoSocket = {
    family: 4,
    way,
    id: 0x1234,
    sending: { packets: new Uint32Array(128 * ECHO_WORDS), names: new Uint32Array(128 * NAME_WORDS) },
    receiving: {
      bytes: new Uint8Array(memory),
      words: new Uint32Array(memory),
      names: new Uint8Array(128 * NAME_WORDS * 4),
      control: new Uint32Array(new ArrayBuffer(128 * CONTROL_ROOM)),
    },
    send(from, to) {
      const outcome = Math.min(outcomes.shift() ?? to - from, to - from)
      for (let i = from; i < from + outcome; i++) sent.push(readSent(socket, i))
      return outcome
    },
    receive(errors) {
      const batch = errors ? [] : queue.splice(0, 128)
      lengths = batch.map(({ bytes }) => bytes.length)
      for (const [i, { bytes, stampMs }] of batch.entries()) {
        socket.receiving.bytes.set(bytes.subarray(0, PACKET_ROOM), i * PACKET_ROOM)
        const at = (i * CONTROL_ROOM) >> 2
        const seconds = Math.floor(stampMs / 1000)
        const nanoseconds = Math.round((stampMs - seconds * 1000) * 1e6)
        socket.receiving.control.set([32, 0, 1, 35, seconds, 0, nanoseconds, 0], at)
      }
      return batch.length || -11
    },
    length: (i) => lengths[i] ?? 0,
    controlLength: () => 32,
    close: () => {},
  }
  return {
    socket,
    sent,
    outcomes,
    arrive: (bytes: Uint8Array, stampMs: number) => queue.push({ bytes, stampMs }),
  }
}

function readSent({ sending: { packets, names } }: EchoSocket, i: number): SentEcho {
  const [idAndSequence = 0, low = 0, high = 0] = packets.subarray(i * ECHO_WORDS + 1)
  return {
    id: idAndSequence & 0xffff,
    sequence: idAndSequence >>> 16,
    low,
    high,
    address: names[i * NAME_WORDS + 1] ?? 0,
  }
}

/** The reply to an echo, as a datagram socket delivers it. */
export function replyTo({ id, sequence, low, high }: Omit<SentEcho, 'address'>): Uint8Array {
  return new Uint8Array(Uint32Array.of(0, (id | (sequence << 16)) >>> 0, low, high, 0, 0).buffer)
}

/** As a raw socket delivers ICMP: behind an IPv4 header from 10.0.0.1. */
export function behindHeader(icmp: Uint8Array, to = [10, 0, 0, 2]): Uint8Array {
  return Uint8Array.from([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 1, ...to, ...icmp])
}
