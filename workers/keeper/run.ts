import { setMaxListeners } from 'node:events'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Senders } from '@/lib/delivery/deliver'
import { env } from '@/lib/env'
import { recordCycle } from '@/lib/store/keepers'
import { listenTo } from '@/lib/store/listen'
import { channelFailed } from '@/lib/store/pending-tellings'
import { beatRetention } from './beat-retention'
import { channelDelivery } from './channel-delivery'
import { clientMessages } from './client-messages'
import { correlation } from './correlation'
import { deadlines } from './deadlines'
import { delivery } from './delivery'
import { housekeeping } from './housekeeping'
import { Bell, createAlarm, runLoop, watchRounds } from './loop'
import { reports } from './reports'
import { rollup } from './rollup'
import { ownTools, selfChecks } from './self-checks'
import { sourcesPoll } from './sources-poll'
import { sourcesSync } from './sources-sync'
import { statusMails } from './status-mails'
import { tellings } from './tellings'
import { topology } from './topology'

export type KeeperOptions = {
  databaseUrl: string
  siteUrl: string
  senders: Senders
  log: Logger
  signal: AbortSignal
  leaseMs?: number
  attemptMs?: number
  name?: string
  /** s: a silent job is found within this and a second more. */
  checkSeconds?: number
  beatsKeptMonths?: number
  selfCheckMs?: number
}

const pollMs = 2000 // the safety net under LISTEN
const cycleEveryMs = 5000
const lastWordsMs = 4000
const hungMs = 90_000 // a statement may take 60 s

/** Runs the keeper's loops until `signal`, then lets the sends under way come to their end, for a few seconds. */
export async function runKeeper(options: KeeperOptions): Promise<void> {
  const { databaseUrl, log, signal, name = `${hostname()}:${process.pid}`, checkSeconds = 5 } = options
  setMaxListeners(32, signal) // each loop listens
  const filingBell = new Bell()
  const outboxBell = new Bell()
  const mediaBell = new Bell()
  const clientBell = new Bell()
  const deadlineBell = new Bell()
  const graphBell = new Bell()
  const graph = topology({ log })
  const outbox = delivery({ ...options, bell: outboxBell })
  // Beats are told to be stored about a second after they came: whoever looks that much earlier keeps to the interval.
  const checkMs = Math.max(500, (checkSeconds - 1) * 1000)
  const now = Date.now()
  const rounds = { correlation: now, delivery: now, channels: now, deadlines: now + checkMs }
  let deliveredAt = Date.now()
  let judgedAt = Date.now()
  let recordedAt = 0

  const tools = ownTools()
  const checks = selfChecks({ log, ...tools })
  const mediaOutbox = channelDelivery({ ...options, ...tools, channelFailed, bell: mediaBell })
  const clientOutbox = clientMessages({ ...options, ...tools, account: env().twilio ?? null, bell: clientBell })
  const statusBell = new Bell()
  const statusOutbox = statusMails({
    ...tools,
    ...{ siteUrl: options.siteUrl, account: env().twilio ?? null, bell: statusBell, log },
  })
  const polls = sourcesPoll({ log, signal })
  const readings = sourcesSync({ log })
  const alarm = createAlarm(filingBell, signal)
  const file = correlation({ log, startedAt: new Date(), wakeAt: alarm })
  const fileAndRecord = async () => {
    const more = await file()
    // A cycle is whole when all have gone round: a keeper that files but does not deliver is not well.
    const isWhole = Date.now() - deliveredAt < 30_000 && Date.now() - judgedAt < 30_000 + checkMs
    if (Date.now() - recordedAt >= cycleEveryMs && isWhole) {
      await recordCycle(name)
      recordedAt = Date.now()
    }
    return more
  }
  const every = (everyMs: number, gapMs: number) => ({ everyMs, gapMs, log, signal })
  const listening = listenTo(databaseUrl, {
    channels: {
      beatline_events: () => filingBell.ring(),
      beatline_blackouts: () => filingBell.ring(),
      beatline_walks: () => graphBell.ring(),
      beatline_messages: () => clientBell.ring(),
      beatline_assignment: (payload) => {
        if (payload === 'edges') return // our own word
        graph.registryChanged()
        graphBell.ring()
      },
      beatline_outbox: () => {
        outboxBell.ring()
        mediaBell.ring()
      },
    },
    onListening: () => {
      filingBell.ring()
      outboxBell.ring()
      mediaBell.ring()
      graph.registryChanged()
      graphBell.ring()
    },
    onLost: (error) => log.warn({ err: error }, 'the listening connection was lost: polling until it is back'),
    signal,
  })
  // From beginning to beginning: a round that has much to do puts off none.
  const deadlineClock = setInterval(() => deadlineBell.ring(), checkMs)
  signal.addEventListener('abort', () => clearInterval(deadlineClock))
  await Promise.all([
    listening,
    watchRounds(rounds, hungMs, signal),
    runLoop({
      name: 'correlation',
      bell: filingBell,
      step: fileAndRecord,
      onRound: () => {
        rounds.correlation = Date.now()
      },
      ...every(pollMs, 20),
    }),
    runLoop({
      name: 'delivery',
      bell: outboxBell,
      step: outbox.step,
      onDone: () => {
        deliveredAt = Date.now()
      },
      onRound: () => {
        rounds.delivery = Date.now()
      },
      ...every(pollMs, 0),
    }),
    runLoop({
      name: 'channels',
      bell: mediaBell,
      step: mediaOutbox.step,
      onRound: () => {
        rounds.channels = Date.now()
      },
      ...every(pollMs, 0),
    }),
    runLoop({
      name: 'deadlines',
      bell: deadlineBell,
      step: deadlines({ log }),
      onDone: () => {
        judgedAt = Date.now()
      },
      onRound: () => {
        rounds.deadlines = Date.now() + checkMs
      },
      ...every(checkMs, 0),
    }),
    runLoop({
      name: 'beat retention',
      bell: new Bell(),
      step: beatRetention({ log, months: options.beatsKeptMonths ?? 3 }),
      ...every(10 * 60_000, 0),
    }),
    runLoop({ name: 'self-checks', bell: new Bell(), step: checks, ...every(options.selfCheckMs ?? 5000, 0) }),
    runLoop({ name: 'client messages', bell: clientBell, step: clientOutbox.step, ...every(1000, 50) }),
    runLoop({ name: 'status mails', bell: statusBell, step: statusOutbox.step, ...every(pollMs, 0) }),
    runLoop({ name: 'source polls', bell: new Bell(), step: polls.step, ...every(1000, 0) }),
    runLoop({ name: 'sources', bell: new Bell(), step: readings.step, ...every(1000, 0) }),
    runLoop({
      name: 'reports',
      bell: new Bell(),
      step: reports({ log, house: tools.house, siteUrl: options.siteUrl }),
      ...every(15_000, 0),
    }),
    runLoop({ name: 'tellings', bell: new Bell(), step: tellings({ log }), ...every(1000, 0) }),
    runLoop({ name: 'topology', bell: graphBell, step: graph.step, ...every(5000, 250) }),
    runLoop({ name: 'rollup', bell: new Bell(), step: rollup({ log }), ...every(60_000, 0) }),
    runLoop({ name: 'housekeeping', bell: new Bell(), step: housekeeping({ log }), ...every(15_000, 0) }),
  ])
  await graph.leave().catch(() => {}) // it runs out by itself
  const idle = Promise.all([
    outbox.idle(),
    mediaOutbox.idle(),
    clientOutbox.idle(),
    statusOutbox.idle(),
    polls.idle(),
    readings.idle(),
  ])
  await Promise.race([idle, sleep(lastWordsMs, undefined, { ref: false })])
  await tools.http.close()
}
