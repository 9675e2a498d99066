import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { env } from '@/lib/env'
import { createLog } from '@/lib/log'
import { openPinger } from '@/lib/ping/pinger'
import packageJson from '../package.json'
import { defaultGateways } from './probe/gateways'
import { startProbe } from './probe/run'
import { openSpool } from './probe/spool'

const log = createLog('probe')
const countsSeconds = Number(process.env.PROBE_COUNTS_SECONDS) || 600

const { dataDir, probeHub, probeToken } = env()
if (!probeToken) {
  log.fatal('PROBE_TOKEN is not set: expected the token that `npm run cli -- probe create --name N` printed')
  process.exit(1)
}
// A folder a token: two probes of one machine never share one.
const folder = join(dataDir, `spool-${createHash('sha256').update(probeToken).digest('hex').slice(0, 12)}`)
const spool = openSpool(folder, undefined, (kind) => log.warn({ kind }, 'the spool is full, dropped its oldest'))

const probe = await startProbe({
  openPinger,
  spool,
  hub: probeHub,
  token: probeToken,
  version: packageJson.version,
  gateways: defaultGateways,
  log,
  countsSeconds,
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
    void probe.stop().then(() => process.exit(0))
  })
}
