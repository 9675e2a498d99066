import { spawn } from 'node:child_process'
import { isIPv6 } from 'node:net'
import builders from 'ping/lib/builder/factory.js'
import parsers from 'ping/lib/parser/factory.js'

const MOST_OUTPUT = 4096
const GRACE_MS = 1000 // a ping that has not ended this long after its timeout is killed

/** What the system's ping told: the round trip in ms, null for none; and its words when no reply came. */
export type SystemAnswer = { rttMs: number | null; answer: string | null }

/** Runs the system's ping once. Throws only where the command itself cannot run; an abort kills it and counts as a miss. */
export async function runSystemPing(address: string, timeoutMs: number, signal: AbortSignal): Promise<SystemAnswer> {
  const v6 = isIPv6(address)
  const platform = process.platform
  const args = builders
    .createBuilder(platform)
    .getCommandArguments(address, { numeric: true, timeout: timeoutMs / 1000, v6 })
  // On Linux one command speaks both families, and ping6 is often not there.
  const command = builders.getExecutablePath(platform, v6 && platform !== 'linux')
  const output = await outputOf(command, args, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs + GRACE_MS)]))
  return readSystemPing(address, output)
}

function outputOf(command: string, args: string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LANG: 'C', LC_ALL: 'C' }
    const child = spawn(command, args, { env, signal, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const gather = (chunk: Buffer) => {
      if (output.length < MOST_OUTPUT) output += chunk.toString('utf8').slice(0, MOST_OUTPUT - output.length)
    }
    child.stdout.on('data', gather)
    child.stderr.on('data', gather)
    child.on('error', (error) => (error.name === 'AbortError' ? resolve(output) : reject(error)))
    child.on('close', () => resolve(output))
  })
}

/** Reads what a ping of one packet printed, on any system that the `ping` package knows. */
export function readSystemPing(address: string, output: string, platform: string = process.platform): SystemAnswer {
  const parser = parsers.createParser(address, platform, { v6: isIPv6(address) })
  try {
    for (const line of output.split('\n')) parser.eat(line)
    const { alive, time } = parser.getResult()
    if (alive && typeof time === 'number' && time >= 0) return { rttMs: time, answer: null }
  } catch {
    // The package's parser trips over lines it does not expect: no reply then, and the words below.
  }
  return { rttMs: null, answer: answerIn(output) }
}

function answerIn(output: string): string | null {
  const icmp = /^From (\S+?):? icmp_seq=\d+ (.{1,100})$/m.exec(output)
  if (icmp) return `${(icmp[2] ?? '').trim().toLowerCase()}, says ${icmp[1]}`
  const local = /^ping6?: (.{1,120})$/m.exec(output)
  return local ? `not sent: ${(local[1] ?? '').trim()}` : null
}
