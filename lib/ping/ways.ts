import { openEchoSocket, SocketRefused, type SocketWay } from './echo-socket'
import { loadLibc } from './libc'
import type { PingWay } from './pinger'
import { runSystemPing } from './system-command'

export type WayReport = { way: PingWay; ok: boolean; reason: string; remedy: string }

const remedies: Record<PingWay, string> = {
  raw: 'run as root, or give Node the right once: sudo setcap cap_net_raw+ep "$(readlink -f "$(command -v node)")"',
  datagram: 'allow it to every group: sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"',
  system: 'install the ping command (Debian: apt install iputils-ping)',
}

/** Tries every way to ping, best first, and says for each that fails why, and how to get it. */
export async function availableWays(): Promise<WayReport[]> {
  return [trySocket('raw'), trySocket('datagram'), await trySystem()]
}

function trySocket(way: SocketWay): WayReport {
  try {
    openEchoSocket(loadLibc(), way, 4).close()
    return { way, ok: true, reason: `a ${way} ICMP socket opens`, remedy: '' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { way, ok: false, reason, remedy: error instanceof SocketRefused ? remedies[way] : '' }
  }
}

async function trySystem(): Promise<WayReport> {
  try {
    const { rttMs, answer } = await runSystemPing('127.0.0.1', 1000, new AbortController().signal)
    if (rttMs !== null) return { way: 'system', ok: true, reason: 'the ping command works', remedy: '' }
    const reason = `the ping command got no reply from 127.0.0.1${answer ? `: ${answer}` : ''}`
    return {
      way: 'system',
      ok: false,
      reason,
      remedy: 'let the ping command open its socket: run it once by hand to see',
    }
  } catch {
    return { way: 'system', ok: false, reason: 'there is no ping command', remedy: remedies.system }
  }
}
