import { spawnSync } from 'node:child_process'
import snmp from 'net-snmp'
import { openSnmp } from '@/lib/snmp/session'
import { walkTables } from '@/lib/snmp/walk-tables'

const root = '1.3.6.1'
const repetitions = 25
const rounds = 8
/** The first rounds are of a cold JIT; a probe walks for months. */
const warmUp = 3
const credentials = { version: '2c', community: 'public' } as const

/**
 * CPU of a client for each instance of a full walk, us: ours, snmpbulkwalk's without its start and without MIBs to read, and
 * that of net-snmp's own `subtree`, which keeps and checks nothing. They walk in turn, so that the machine is the same.
 */
export async function compareWalks(address: string, port: number) {
  const times: { ours: number; tool: number; bare: number }[] = []
  const count = (await walkOnce(address, port)).oids
  const repeat = Math.max(1, Math.ceil(30_000 / count))
  for (let round = 0; round < rounds; round++) {
    const tool = toolUs(address, port, repeat) / (count * repeat)
    const ours = (await cpuOf(() => walkOnce(address, port), repeat)) / (count * repeat)
    const bare = (await cpuOf(() => bareWalk(address, port), repeat)) / (count * repeat)
    times.push({ ours, tool, bare })
  }
  const warm = times.slice(warmUp)
  const [ours, tool, bare] = [
    warm.map((one) => one.ours),
    warm.map((one) => one.tool),
    warm.map((one) => one.bare),
  ].map(median)
  return {
    oids: count,
    cpu_ratio: rounded(median(warm.map((one) => one.ours / one.tool))),
    cold_cpu_ratio: rounded((times[0]?.ours ?? Number.NaN) / (times[0]?.tool ?? Number.NaN)),
    cpu_us: rounded(ours),
    snmpbulkwalk_cpu_us: rounded(tool),
    net_snmp_cpu_us: rounded(bare),
  }
}

async function walkOnce(address: string, port: number) {
  const session = openSnmp({ address, port, credentials, timeoutMs: 5000, retries: 2 })
  const limits = { mostRows: 1_000_000, mostTableRows: 1_000_000, repetitions }
  const walked = await walkTables(
    session,
    [root],
    limits,
    async (why) => ({ kind: 'silent', why }),
    new AbortController().signal,
  )
  session.close()
  if (walked.faults.length > 0) throw new Error(walked.faults.join())
  return walked
}

function bareWalk(address: string, port: number): Promise<void> {
  const session = snmp.createSession(address, credentials.community, { port, version: snmp.Version2c, timeout: 5000 })
  session.on('error', () => {})
  return new Promise((resolve, reject) => {
    const done = (error: Error | null) => {
      session.close()
      error ? reject(error) : resolve()
    }
    session.subtree(root, repetitions, () => {}, done)
  })
}

async function cpuOf(work: () => Promise<unknown>, repeat: number): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < repeat; i++) await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** CPU of snmpbulkwalk for so many walks without that of as many starts of the tool, us. */
function toolUs(address: string, port: number, repeat: number): number {
  const options = `-v2c -c ${credentials.community} -m '' -On -Oe -t 5`
  const walks = timed(`snmpbulkwalk ${options} -Cr${repetitions} ${address}:${port} ${root}`, repeat)
  const starts = timed(`snmpget ${options} ${address}:${port} ${root}.2.1.1.5.0`, repeat)
  return walks - starts
}

function timed(command: string, repeat: number): number {
  const script = `TIMEFORMAT='%U %S'; time for ((i = 0; i < ${repeat}; i++)); do ${command} > /dev/null; done`
  const { stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  const [user, system] = stderr.trim().split(' ').map(Number)
  if (user === undefined || system === undefined || !Number.isFinite(user + system)) throw new Error(stderr)
  return (user + system) * 1e6
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b)
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN
}

const rounded = (value: number | undefined) => Math.round((value ?? Number.NaN) * 100) / 100
