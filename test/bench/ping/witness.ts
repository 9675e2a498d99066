import koffi from 'koffi'
import { LINUX, loadLibc } from '@/lib/ping/libc'

const FRAME_BYTES = 256
const BLOCK_BYTES = 1 << 20
const AF_PACKET = 17
const ETH_P_ALL = 0x0300 // in network order
const [SOL_PACKET, PACKET_RX_RING, PACKET_VERSION] = [263, 5, 10]
const [OUTGOING, INCOMING] = [4, 0]

/** What the wire saw of one ping: epoch ms of the request going out and of the reply coming in. */
export type Witnessed = { requestAt: number; replyAt: number }

/**
 * Watches loopback with a packet ring (TPACKET_V2) that the kernel fills and stamps by itself, so that watching costs
 * the watched process nothing. Needs root. `frames` is how many packets fit before it overflows.
 */
export function openWitness(frames: number) {
  const libc = loadLibc()
  const c = koffi.load(null)
  const bind: (fd: number, name: Uint8Array, bytes: number) => number = c.func('int bind(int, const void *, uint32_t)')
  const mmap: (at: number, bytes: number, protection: number, flags: number, fd: number, from: number) => number =
    c.func('uintptr_t mmap(uintptr_t, size_t, int, int, int, long)')
  const indexOf: (name: string) => number = c.func('uint32_t if_nametoindex(const char *)')

  const fd = libc.socket(AF_PACKET, LINUX.SOCK_RAW | LINUX.SOCK_FLAGS, ETH_P_ALL)
  if (fd < 0) throw new Error('Cannot watch loopback: needs root')
  const blocks = Math.ceil((frames * FRAME_BYTES) / BLOCK_BYTES)
  const inRing = (blocks * BLOCK_BYTES) / FRAME_BYTES
  const set = (option: number, ...values: number[]) =>
    libc.setsockopt(fd, SOL_PACKET, option, new Uint32Array(values), values.length * 4)
  if (set(PACKET_VERSION, 1) < 0 || set(PACKET_RX_RING, BLOCK_BYTES, blocks, FRAME_BYTES, inRing) < 0)
    throw new Error('Cannot watch loopback: no packet ring')
  const name = new DataView(new ArrayBuffer(20))
  name.setUint16(0, AF_PACKET, true)
  name.setUint16(2, ETH_P_ALL, true)
  name.setUint32(4, indexOf('lo'), true)
  const at = mmap(0, blocks * BLOCK_BYTES, 3, 1, fd, 0)
  if (bind(fd, new Uint8Array(name.buffer), 20) < 0) throw new Error('Cannot watch loopback: bind failed')
  const ring = new DataView(koffi.view(BigInt(at), blocks * BLOCK_BYTES))

  return {
    /** All echoes seen so far by IPv4 address as a big-endian number; each address must be pinged once only. */
    read(): Map<number, Witnessed> {
      const seen = new Map<number, Witnessed>()
      for (let frame = 0; frame < inRing; frame++) {
        const start = frame * FRAME_BYTES
        if ((ring.getUint32(start, true) & 1) === 0) break
        note(ring, start, seen)
      }
      return seen
    },
    close: () => void libc.close(fd),
  }
}

function note(ring: DataView, start: number, seen: Map<number, Witnessed>): void {
  const stampMs = ring.getUint32(start + 16, true) * 1000 + ring.getUint32(start + 20, true) / 1e6
  const direction = ring.getUint8(start + 32 + 10)
  const ip = start + ring.getUint16(start + 14, true)
  if (ring.getUint8(ip) !== 0x45 || ring.getUint8(ip + 9) !== 1) return
  const type = ring.getUint8(ip + 20)
  if (type === 8 && direction === OUTGOING) {
    seen.set(ring.getUint32(ip + 16), { requestAt: stampMs, replyAt: Number.NaN })
  } else if (type === 0 && direction === INCOMING) {
    const ping = seen.get(ring.getUint32(ip + 12))
    if (ping) ping.replyAt = stampMs
  }
}
