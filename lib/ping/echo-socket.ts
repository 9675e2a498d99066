import { randomInt } from 'node:crypto'
import { ECHO_BYTES, ECHO_REPLY, ERRORS } from './echo'
import { addressOf, errnoName, LINUX as L, type Libc } from './libc'
import { replyFilter } from './reply-filter'

export type SocketWay = 'raw' | 'datagram'

/** Messages a call to the kernel. */
export const BATCH = 128
/** Room for one received packet: the longest IPv4 header, an ICMP error and what it quotes. */
export const PACKET_ROOM = 256
export const CONTROL_ROOM = 128
/** 32-bit words between one outgoing echo, or one socket address, and the next. */
export const ECHO_WORDS = 8
export const NAME_WORDS = 8

const HEADER_WORDS = 16 // struct mmsghdr: 64 bytes
const NAME_BYTES = 28 // struct sockaddr_in6, the longer one

/** An ICMP socket with the memory of its batches laid out once; `sending` and `receiving` are filled and read in place. */
export type EchoSocket = {
  family: 4 | 6
  way: SocketWay
  /** The echo id of what it sends; the kernel replaces it where it is a datagram socket. */
  id: number
  sending: { packets: Uint32Array; names: Uint32Array }
  receiving: { bytes: Uint8Array; words: Uint32Array; names: Uint8Array; control: Uint32Array }
  /** Sends messages [from, to) of the batch: how many left, or minus the errno of the first. */
  send: (from: number, to: number) => number
  /** Fetches up to BATCH messages, from the error queue if so asked: how many, or minus the errno. */
  receive: (errors: boolean) => number
  /** Bytes of received message i, at most PACKET_ROOM. */
  length: (i: number) => number
  /** Bytes of control data of received message i. */
  controlLength: (i: number) => number
  close: () => void
}

/** Why a socket could not be opened, as an errno name. */
export class SocketRefused extends Error {
  override name = 'SocketRefused'
  constructor(
    readonly way: SocketWay,
    readonly family: 4 | 6,
    readonly code: string,
  ) {
    super(`Cannot open a ${way} ICMP socket for IPv${family}: ${code}`)
  }
}

/** Opens one, not blocking, stamped by the kernel and deaf to all but echo replies and errors. Throws SocketRefused. */
export function openEchoSocket(libc: Libc, way: SocketWay, family: 4 | 6): EchoSocket {
  const fd = libc.socket(
    family === 4 ? L.AF_INET : L.AF_INET6,
    (way === 'raw' ? L.SOCK_RAW : L.SOCK_DGRAM) | L.SOCK_FLAGS,
    family === 4 ? L.IPPROTO_ICMP : L.IPPROTO_ICMPV6,
  )
  if (fd < 0) throw new SocketRefused(way, family, errnoName(libc.errno()))
  const id = randomInt(0x10000)
  configure(libc, fd, way, family, id)
  const out = layOut(ECHO_WORDS * 4, ECHO_BYTES, 0)
  const back = layOut(PACKET_ROOM, PACKET_ROOM, CONTROL_ROOM)
  const names = new Uint32Array(out.names)
  for (let i = 0; i < BATCH; i++) {
    out.headers[i * HEADER_WORDS + 2] = family === 4 ? 16 : NAME_BYTES
    names[i * NAME_WORDS] = family === 4 ? L.AF_INET : L.AF_INET6
  }
  let used = BATCH // received headers that the kernel wrote into and that need their lengths again

  return {
    family,
    way,
    id,
    sending: { packets: new Uint32Array(out.packets), names },
    receiving: {
      bytes: new Uint8Array(back.packets),
      words: new Uint32Array(back.packets),
      names: new Uint8Array(back.names),
      control: new Uint32Array(back.control),
    },
    send(from, to) {
      const sent = libc.sendmmsg(fd, out.at + from * HEADER_WORDS * 4, to - from, 0)
      return sent < 0 ? -libc.errno() : sent
    },
    receive(errors) {
      for (let i = 0; i < used; i++) {
        back.headers[i * HEADER_WORDS + 2] = NAME_BYTES
        back.headers[i * HEADER_WORDS + 10] = CONTROL_ROOM
      }
      const flags = errors ? L.MSG_DONTWAIT | L.MSG_ERRQUEUE : L.MSG_DONTWAIT
      const received = libc.recvmmsg(fd, back.at, BATCH, flags, 0)
      used = Math.max(received, 1) // a failed call may have written into the first
      return received < 0 ? -libc.errno() : received
    },
    length: (i) => back.headers[i * HEADER_WORDS + 14] ?? 0,
    controlLength: (i) => back.headers[i * HEADER_WORDS + 10] ?? 0,
    close: () => void libc.close(fd),
  }
}

function configure(libc: Libc, fd: number, way: SocketWay, family: 4 | 6, id: number): void {
  const set = (level: number, option: number, ...value: number[]) =>
    libc.setsockopt(fd, level, option, new Uint32Array(value), value.length * 4)
  set(L.SOL_SOCKET, L.SO_TIMESTAMPNS, 1)
  set(L.SOL_SOCKET, L.SO_SNDBUF, 4 << 20)
  // A second of replies while the thread is held up; without the right to force it, what rmem_max allows.
  if (set(L.SOL_SOCKET, L.SO_RCVBUFFORCE, 16 << 20) < 0) set(L.SOL_SOCKET, L.SO_RCVBUF, 16 << 20)
  if (way === 'datagram') {
    if (family === 4) set(L.SOL_IP, L.IP_RECVERR, 1)
    else set(L.SOL_IPV6, L.IPV6_RECVERR, 1)
    return
  }
  const wanted = [ECHO_REPLY[family], ...ERRORS[family]]
  const blocked = new Uint32Array(family === 4 ? 1 : 8).fill(0xffffffff) // a set bit keeps that type out
  for (const type of wanted) blocked[type >> 5] = ((blocked[type >> 5] ?? 0) & ~(1 << (type & 31))) >>> 0
  if (family === 4) set(L.SOL_RAW, L.ICMP_FILTER, ...blocked)
  else set(L.IPPROTO_ICMPV6, L.ICMPV6_FILTER, ...blocked)
  const filter = replyFilter(family, id)
  const code = new ArrayBuffer(filter.byteLength)
  new Uint32Array(code).set(filter)
  const at = BigInt(addressOf(code))
  set(L.SOL_SOCKET, L.SO_ATTACH_FILTER, filter.length / 2, 0, Number(at & 0xffffffffn), Number(at >> 32n))
}

/** The memory of BATCH messages: struct mmsghdr and iovec that point at names, packets and control data. */
function layOut(stride: number, packetBytes: number, controlBytes: number) {
  const packets = new ArrayBuffer(BATCH * stride)
  const names = new ArrayBuffer(BATCH * NAME_WORDS * 4)
  const control = new ArrayBuffer(BATCH * Math.max(controlBytes, 8))
  const vectors = new BigUint64Array(new ArrayBuffer(BATCH * 16))
  const memory = new ArrayBuffer(BATCH * HEADER_WORDS * 4)
  const wide = new BigUint64Array(memory)
  for (let i = 0; i < BATCH; i++) {
    vectors[i * 2] = BigInt(addressOf(packets) + i * stride)
    vectors[i * 2 + 1] = BigInt(packetBytes)
    const at = (i * HEADER_WORDS) / 2
    wide[at] = BigInt(addressOf(names) + i * NAME_WORDS * 4)
    wide[at + 2] = BigInt(addressOf(vectors.buffer) + i * 16)
    wide[at + 3] = 1n
    wide[at + 4] = controlBytes ? BigInt(addressOf(control) + i * controlBytes) : 0n
    wide[at + 5] = BigInt(controlBytes)
  }
  return { packets, names, control, vectors, headers: new Uint32Array(memory), at: addressOf(memory) }
}
