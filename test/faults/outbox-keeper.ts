import pino from 'pino'
import { createHttp } from '@/lib/delivery/http'
import { openDatabase } from '@/lib/store/database'
import { listenTo } from '@/lib/store/listen'
import { channelDelivery } from '@/workers/keeper/channel-delivery'
import { Bell, runLoop } from '@/workers/keeper/loop'

/** A keeper that does nothing but send to channels, with leases short enough for many deaths in a minute. */
const databaseUrl = process.env.DATABASE_URL ?? ''
const bell = new Bell()
const log = pino({ level: process.env.TEST_LOG ?? 'error' })
const { signal } = new AbortController()
openDatabase(databaseUrl, { poolSize: 4 })
const outbox = channelDelivery({
  http: createHttp({ allowPrivate: true, timeoutMs: 1000 }),
  house: null,
  siteUrl: 'https://beatline.example.net',
  bell,
  log,
  channelFailed: async () => {},
  leaseMs: 2500,
  attemptMs: 1000,
})
const ring = () => bell.ring()
void listenTo(databaseUrl, { channels: { beatline_outbox: ring }, onListening: ring, signal })
void runLoop({ name: 'channels', bell, everyMs: 200, gapMs: 0, step: outbox.step, log, signal })
