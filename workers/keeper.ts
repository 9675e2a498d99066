import { pushAgent } from '@/lib/delivery/push-endpoint'
import { env } from '@/lib/env'
import { createLog } from '@/lib/log'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { vapidKeys } from '@/lib/store/settings'
import { runKeeper } from './keeper/run'

const log = createLog('keeper')
const shutdown = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // A second signal finds no handler left and ends the process at once.
  process.once(name, () => {
    log.info(`${name}: finishing the work in hand`)
    shutdown.abort()
  })
}

// The driver throws from a timer when its connection is cut at the wrong moment. All work is leased: begin anew.
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'ending, to be started again')
  process.exit(1)
})

const { databaseUrl, siteUrl, vapidSubject, allowPrivateWebhooks: allowPrivate, ...settings } = env()
if (!databaseUrl) throw new Error('Cannot run the keeper: DATABASE_URL is not set. npm start sets it')
openDatabase(databaseUrl, { poolSize: 8 })
try {
  const agent = pushAgent({ allowPrivate })
  const vapid = { subject: vapidSubject, ...(await vapidKeys()) }
  log.info('the keeper is at work')
  await runKeeper({
    databaseUrl,
    siteUrl,
    senders: { web_push: { vapid, allowPrivate, agent } },
    log,
    signal: shutdown.signal,
    checkSeconds: settings.heartbeatCheckInterval,
    beatsKeptMonths: settings.beatsKeptMonths,
  })
  agent.destroy()
} catch (error) {
  log.error({ err: error }, 'the keeper failed')
  process.exit(1) // the supervisor starts us again
}
await closeDatabase()
