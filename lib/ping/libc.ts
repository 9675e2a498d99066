import koffi from 'koffi'

/** Linux numbers, the same on x64 and arm64 (asm-generic). */
export const LINUX = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_DGRAM: 2,
  SOCK_RAW: 3,
  SOCK_FLAGS: 0o2004000, // SOCK_NONBLOCK | SOCK_CLOEXEC
  IPPROTO_ICMP: 1,
  IPPROTO_ICMPV6: 58,
  SOL_SOCKET: 1,
  SOL_IP: 0,
  SOL_IPV6: 41,
  SOL_RAW: 255,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_ATTACH_FILTER: 26,
  SO_RCVBUFFORCE: 33,
  SO_TIMESTAMPNS: 35,
  ICMP_FILTER: 1,
  ICMPV6_FILTER: 1,
  IP_RECVERR: 11,
  IPV6_RECVERR: 25,
  MSG_DONTWAIT: 0x40,
  MSG_ERRQUEUE: 0x2000,
  CLOCK_REALTIME: 0,
  EINTR: 4,
  EAGAIN: 11,
  ENOBUFS: 105,
} as const

/** The few C functions that pinging needs. Pointers travel as plain numbers; every failure is -1 with `errno()`. */
export type Libc = {
  socket: (family: number, type: number, protocol: number) => number
  setsockopt: (fd: number, level: number, option: number, value: Uint32Array, bytes: number) => number
  sendmmsg: (fd: number, messages: number, count: number, flags: number) => number
  recvmmsg: (fd: number, messages: number, count: number, flags: number, timeout: number) => number
  close: (fd: number) => number
  clockGettime: (clock: number, timespec: number) => number
  errno: () => number
}

let loaded: Libc | undefined

/** Binds the C library of the running process; throws where that is not 64-bit little-endian Linux. */
export function loadLibc(): Libc {
  if (loaded) return loaded
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64'))
    throw new Error(
      `Cannot open ICMP sockets: needs Linux on x64 or arm64: this is ${process.platform} ${process.arch}`,
    )
  const c = koffi.load(null)
  loaded = {
    socket: c.func('int socket(int, int, int)'),
    setsockopt: c.func('int setsockopt(int, int, int, const void *, uint32_t)'),
    sendmmsg: c.func('int sendmmsg(int, uintptr_t, uint32_t, int)'),
    recvmmsg: c.func('int recvmmsg(int, uintptr_t, uint32_t, int, uintptr_t)'),
    close: c.func('int close(int)'),
    clockGettime: c.func('int clock_gettime(int, uintptr_t)'),
    errno: () => koffi.errno(),
  }
  return loaded
}

/** Where the memory lies. Only for `new ArrayBuffer`: small typed arrays live on the heap, which moves. */
export function addressOf(memory: ArrayBuffer): number {
  return Number(koffi.address(memory))
}

/** The name of an errno value, such as EPERM. */
export function errnoName(errno: number): string {
  return Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`
}

/** The wall clock as the kernel stamps packets with it: epoch ms with a fraction. */
export function createWallClock(libc: Libc): () => number {
  const timespec = new ArrayBuffer(16)
  const words = new Uint32Array(timespec)
  const at = addressOf(timespec)
  return () => {
    libc.clockGettime(LINUX.CLOCK_REALTIME, at)
    return timespecMs(words, 0)
  }
}

/** A 64-bit timespec as epoch ms; `at` counts 32-bit words. */
export function timespecMs(words: Uint32Array, at: number): number {
  const seconds = (words[at] ?? 0) + (words[at + 1] ?? 0) * 4294967296
  return seconds * 1000 + (words[at + 2] ?? 0) / 1e6
}
