import { execFileSync, spawn } from 'node:child_process'
import type { Fleet } from './fleet'

/** A place of its own in the network, for a second probe: a namespace with its own way to the fleet, and one to this machine. */
export type Tower = {
  /** This machine, as seen from there. */
  host: string
  /** Runs a command there; its output goes nowhere. */
  run: (command: string, args: string[], env: Record<string, string>) => ReturnType<typeof spawn>
  /** From there alone these addresses do not answer, or do again. */
  deafTo: (address: string) => void
  hears: (address: string) => void
  /** Pulls the cable between it and its gateway, behind which the fleet is; the way to this machine stays. */
  cut: () => void
  heal: () => void
  down: () => void
}

/** Builds the tower beside an open fleet. Needs root, iproute2 and iptables, as the fleet does. */
export function openTower(fleet: Fleet): Tower {
  const name = `${fleet.namespace}t`
  const net = fleet.link.replace(/\.\d+$/, '') // of its /30s the first is the fleet's
  const run = (command: string, ...args: string[]) =>
    void execFileSync(command, args, { stdio: 'pipe', timeout: 20_000 })
  const ip = (line: string) => run('ip', ...line.split(' '))
  const inside = (line: string) => ip(`netns exec ${name} ${line}`)
  const inFleet = (line: string) => ip(`netns exec ${fleet.namespace} ${line}`)
  const down = () => {
    try {
      ip(`netns del ${name}`) // its cables go with it
    } catch {
      // there was none
    }
  }
  down()
  ip(`netns add ${name}`)
  ip(`link add ${name}-gw netns ${name} type veth peer name ${name}-fl netns ${fleet.namespace}`)
  ip(`link add ${name}-up netns ${name} type veth peer name ${name}-host`)
  inside('ip link set lo up')
  inside(`ip addr add ${net}.5/30 dev ${name}-gw`)
  inside(`ip link set ${name}-gw up`)
  inFleet(`ip addr add ${net}.6/30 dev ${name}-fl`)
  inFleet(`ip link set ${name}-fl up`)
  inside(`ip route add default via ${net}.6`)
  ip(`addr add ${net}.9/30 dev ${name}-host`)
  ip(`link set ${name}-host up`)
  inside(`ip addr add ${net}.10/30 dev ${name}-up`)
  inside(`ip link set ${name}-up up`)
  return {
    host: `${net}.9`,
    run: (command, args, env) =>
      spawn('ip', ['netns', 'exec', name, command, ...args], { env: { ...process.env, ...env }, stdio: 'ignore' }),
    deafTo: (address) => inside(`iptables -I INPUT -s ${address} -j DROP`),
    hears: (address) => inside(`iptables -D INPUT -s ${address} -j DROP`),
    cut: () => inFleet(`ip link set ${name}-fl down`),
    heal: () => inFleet(`ip link set ${name}-fl up`),
    down,
  }
}
