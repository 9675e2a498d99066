import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { env, SettingsError } from '@/lib/env'
import { createLog } from '@/lib/log'
import { openPinger } from '@/lib/ping/pinger'
import packageJson from '../package.json'
import { checkDataFolder } from './house/data-folder'
import { holdFile } from './house/hold'
import { defaultGateways } from './probe/gateways'
import { startProbe } from './probe/run'
import { asideIfDamaged } from './probe/sound-spool'
import { openSpool } from './probe/spool'

const log = createLog('probe')
const countsSeconds = Number(process.env.PROBE_COUNTS_SECONDS) || 600
const neededBytes = 32 * 1024 * 1024
const patienceMs = (Number(process.env.PROBE_PATIENCE_SECONDS) || 20) * 1000 // one whose supervisor was killed needs a moment to end

try {
  await main()
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  log.fatal(error.message)
  process.exit(1)
}

async function main(): Promise<void> {
  const { dataDir, probeHub, probeHubIsOwn, probeToken, trapPort } = env()
  if (!probeToken)
    throw new SettingsError(
      'PROBE_TOKEN is not set: expected the token that `npm run cli -- probe create --name N` printed',
    )
  await checkDataFolder(dataDir, neededBytes)
  // A folder a token: two probes of one machine never share one.
  const folder = join(dataDir, `spool-${createHash('sha256').update(probeToken).digest('hex').slice(0, 12)}`)
  const endedInOrder = await take(`${folder}.lock`, dataDir)
  const damage = endedInOrder ? null : await asideIfDamaged(folder)
  if (damage) log.error({ folder: `${folder}.damaged`, why: damage }, 'the spool was damaged: put aside, begun anew')
  const spool = openSpool(folder, undefined, (kind) => log.warn({ kind }, 'the spool is full, dropped its oldest'))

  const probe = await startProbe({
    openPinger,
    spool,
    hub: probeHub,
    ownHub: probeHubIsOwn,
    token: probeToken,
    version: packageJson.version,
    gateways: defaultGateways,
    log,
    countsSeconds,
    trapPort,
    onFatal(error) {
      log.fatal({ err: error }, 'cannot go on')
      process.exit(1) // the supervisor starts us again; what is on disk stands
    },
  })

  process.on('SIGUSR2', () => log.info(probe.counts(), 'counts so far'))
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // A second signal finds no handler left and ends the process at once.
    process.once(name, () => {
      log.info(`${name}: stopping`)
      void probe.stop().then(() => {
        writeFileSync(`${folder}.lock`, '')
        process.exit(0)
      })
    })
  }
}

/** Takes the spool for this process alone: two would give the same numbers. True when the one before ended in order. */
async function take(lockFile: string, dataDir: string): Promise<boolean> {
  const before = readOr(lockFile)
  for (const givenUpAt = Date.now() + patienceMs; ; await sleep(250)) {
    const holder = holdFile(lockFile)
    if (holder === null) return before === ''
    if (Date.now() < givenUpAt) continue
    throw new SettingsError(
      `A probe with this token already runs on ${dataDir} (process ${holder || 'unknown'}): ` +
        'stop it, or give this one a PROBE_TOKEN of its own: npm run cli -- probe create --name NAME',
    )
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
