import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSnmp } from '@/lib/snmp/session'

/** Why tests of snmpd are skipped, and how to have them: said in their names. */
export const snmpdHint = 'needs snmpd of Net-SNMP: apt-get install snmpd'

/** Where snmpd is; null: not installed. */
export const snmpdPath: string | null =
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
    .map((folder) => join(folder, 'snmpd'))
    .find(canRun) ?? null

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export type Snmpd = { port: number; end(): Promise<void> }

/** Starts snmpd on a free port of loopback, community public and the lines given, and waits until it answers. */
export async function startSnmpd(lines: readonly string[] = []): Promise<Snmpd> {
  if (snmpdPath === null) throw new Error(`No snmpd: ${snmpdHint}`)
  const folder = mkdtempSync(join(tmpdir(), 'beatline-snmpd-'))
  const port = await freePort()
  const config = join(folder, 'snmpd.conf')
  const log = join(folder, 'log')
  writeFileSync(log, '')
  writeFileSync(config, [`agentaddress udp:127.0.0.1:${port}`, 'rocommunity public 127.0.0.1', ...lines, ''].join('\n'))
  const child = spawn(snmpdPath, ['-f', '-C', '-c', config, '-Lf', log, '-p', join(folder, 'pid')], {
    env: { ...process.env, SNMP_PERSISTENT_DIR: folder },
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const session = openSnmp({
    address: '127.0.0.1',
    port,
    credentials: { version: '2c', community: 'public' },
    timeoutMs: 250,
    retries: 60,
  })
  const question = { kind: 'next', oids: ['1.3.6.1.2.1.1'], repetitions: 1 } as const
  const answer = await session.ask(question, new AbortController().signal)
  session.close()
  if (answer.kind === 'values') return { port, end }
  const said = readFileSync(log, 'utf8').slice(-2000)
  await end()
  throw new Error(`snmpd did not answer: ${said}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
