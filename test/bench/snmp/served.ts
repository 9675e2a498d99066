import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { snmpFile } from '../../snmp/recordings'

export type Served = {
  port: number
  /** Puts a fault on addresses, or takes all of them away with null. */
  fault(addresses: readonly string[], fault: Record<string, unknown> | null): Promise<void>
  end(): Promise<void>
}

/** Starts the replay agent as a process of its own, so that its CPU is not the client's. */
export async function serve(args: readonly string[], port: number): Promise<Served> {
  const control = port + 1
  const command = [snmpFile('replay-agent.mjs'), ...args, '--port', `${port}`, '--control', `${control}`, '--quiet']
  const child: ChildProcess = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const first = await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
  if (child.exitCode !== null) throw new Error(`The replay agent did not start: ${String(first[0])}`)
  const fault = async (addr: readonly string[], given: Record<string, unknown> | null) => {
    const url = `http://127.0.0.1:${control}/${given === null ? 'clear' : 'fault'}`
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ ...given, addr }) })
    if (!response.ok) throw new Error(`The replay agent answered ${response.status}`)
  }
  const end = async () => {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { port, fault, end }
}

export const somePort = () => 20_000 + 2 * Math.floor(Math.random() * 6000)

/** Serves the recording of an MX960 for as long as the work takes. */
export async function serveMx960<Result>(work: (address: string, port: number) => Promise<Result>): Promise<Result> {
  const address = '127.72.200.1'
  const file = snmpFile('recordings/junos_mx960-12-3r6-6.snmprec')
  const served = await serve(['--map', `${address}=${file}`], somePort())
  try {
    return await work(address, served.port)
  } finally {
    await served.end()
  }
}
