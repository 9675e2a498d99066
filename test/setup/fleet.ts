import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

export type Fleet = {
  /** Addresses answer as `${prefix}.x.y`, e.g. 10.60. */
  prefix: string
  /** The network namespace it lives in. */
  namespace: string
  /** This machine's gateway into the network, and the network's end of the link. */
  link: string
  mute: (...at: string[]) => void
  unmute: (...at: string[]) => void
  cut: () => void
  heal: () => void
  down: () => void
}

const hasTools = () =>
  ['ip', 'iptables'].every((tool) =>
    ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((at) => existsSync(`${at}/${tool}`)),
  )

/** Why no fleet can be made here, or null. Network namespaces need root. */
export const noFleet: string | null =
  process.getuid?.() !== 0
    ? 'a fleet of answering devices needs root (network namespaces): run the tests as root to enable'
    : hasTools()
      ? null
      : 'a fleet of answering devices needs iproute2 and iptables: apt-get install iproute2 iptables'

/** A network of 65,536 addresses that answer pings; `wanted` (1-20) keeps those of parallel tests apart. */
export function openFleet(wanted: number): Fleet {
  const number = claim(wanted)
  const prefix = `10.${100 + number}`
  const env = { ...process.env, NS: `bl${number}`, FLEET: prefix, LINK: `10.99.${number}` }
  const run = (...args: string[]) =>
    void execFileSync('bash', [resolve('test/setup/fleet.sh'), ...args], { env, stdio: 'pipe', timeout: 20_000 })
  run('down')
  run('up')
  return {
    prefix,
    namespace: env.NS,
    link: `${env.LINK}.2`,
    mute: (...at) => run('mute', ...at),
    unmute: (...at) => run('unmute', ...at),
    cut: () => run('cut'),
    heal: () => run('heal'),
    down: () => {
      run('down')
      rmSync(claimFile(number), { force: true })
    },
  }
}

const claimFile = (number: number) => `/run/lock/beatline-fleet-${number}`

/** A number that no other run on this machine uses now: `wanted`, or it plus 20, 40, ... */
function claim(wanted: number): number {
  for (let number = wanted; number <= 150; number += 20) {
    const file = claimFile(number)
    try {
      const owner = Number(readFileSync(file, 'utf8'))
      if (owner !== process.pid && existsSync(`/proc/${owner}`)) continue
      rmSync(file, { force: true })
    } catch {
      // nobody's
    }
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return number
    } catch {
      // another was faster
    }
  }
  throw new Error('No network is free for a fleet: other runs of the tests use them all')
}
