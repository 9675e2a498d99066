import pino from 'pino'
import { createHttp } from '@/lib/delivery/http'
import { openDatabase } from '@/lib/store/database'
import { listenTo } from '@/lib/store/listen'
import { clientMessages } from '@/workers/keeper/client-messages'
import { Bell, runLoop } from '@/workers/keeper/loop'

/** A keeper that does nothing but write to clients, with leases short enough for many deaths in a minute. */
const { DATABASE_URL: databaseUrl = '', TWILIO_URL: twilio = '', MAIL_PORT: mailPort = '' } = process.env
const bell = new Bell()
const log = pino({ level: process.env.TEST_LOG ?? 'error' })
const { signal } = new AbortController()
openDatabase(databaseUrl, { poolSize: 4 })
const mail = { host: '127.0.0.1', port: Number(mailPort), implicitTls: false, username: null, password: null }
const outbox = clientMessages({
  http: createHttp({ allowPrivate: true, timeoutMs: 1000, instead: { 'https://api.twilio.com': twilio } }),
  house: { ...mail, tls: 'none', from: 'noc@beatline.example.net' },
  account: { account_sid: 'AC00000000000000000000000000000001', auth_token: 'fixture', from_number: '+14065550199' },
  siteUrl: 'https://beatline.example.net',
  bell,
  log,
  leaseMs: 2500,
  attemptMs: 1500,
  random: () => 0,
})
const ring = () => bell.ring()
void listenTo(databaseUrl, { channels: { beatline_messages: ring }, onListening: ring, signal })
void runLoop({ name: 'client messages', bell, everyMs: 200, gapMs: 0, step: outbox.step, log, signal })
