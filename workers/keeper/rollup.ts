import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Hour } from '@/lib/domain/rollup'
import { listHoursToRollUp, markRolledUp, readFrames, saveHours } from '@/lib/store/hours'
import { unpackFrame } from '@/lib/wire/frame'

const rowsAtOnce = 1000

/**
 * Turns the frames of one ended hour of one probe into a row a device, compares what the database then holds with what the
 * frames said, and records that the hour stands. Doing it twice, or in two keepers at once, changes nothing.
 */
export async function rollUpHour(
  hour: { hourAt: Date; probeId: number; frames: number },
  { log, signal }: { log: Logger; signal: AbortSignal },
): Promise<void> {
  const gathered = new Hour()
  for await (const page of readFrames(hour.hourAt, hour.probeId)) {
    for (const frame of page) {
      const minute = Math.floor((frame.minuteAt.getTime() - hour.hourAt.getTime()) / 60_000)
      try {
        gathered.add(minute, unpackFrame(frame.columns))
      } catch (error) {
        log.error({ err: error, minute_at: frame.minuteAt, probe_id: hour.probeId }, 'a frame cannot be read: left out')
      }
      await sleep(5, undefined, { signal }) // a fleet's frame takes some ms: let deliveries pass
    }
  }
  const stored = { targets: 0, sent: 0, lost: 0 }
  for (const columns of gathered.batches(rowsAtOnce)) {
    const part = await saveHours(hour.hourAt, hour.probeId, columns)
    stored.targets += part.targets
    stored.sent += part.sent
    stored.lost += part.lost
    await sleep(20, undefined, { signal })
  }
  if (stored.targets !== gathered.targets || stored.sent !== gathered.sent || stored.lost !== gathered.lost)
    throw new Error(
      `Cannot vouch for the hour ${hour.hourAt.toISOString()} of probe ${hour.probeId}: frames say ` +
        `${gathered.targets} targets, ${gathered.sent} sent, ${gathered.lost} lost; stored are ${JSON.stringify(stored)}`,
    )
  await markRolledUp(hour.hourAt, hour.probeId, hour.frames, gathered.targets)
  log.info(
    { hour_at: hour.hourAt, probe_id: hour.probeId, targets: gathered.targets, frames: hour.frames },
    'hour rolled up',
  )
}

/** One hour a step; one that fails is logged and taken up again ten minutes later. */
export function rollup({ log }: { log: Logger }) {
  const setAside = new Map<string, number>()
  return async function step(signal: AbortSignal): Promise<boolean> {
    const now = Date.now()
    const hours = await listHoursToRollUp(new Date(now), 100)
    const next = hours.find((hour) => (setAside.get(keyOf(hour)) ?? 0) <= now)
    if (!next) return false
    try {
      await rollUpHour(next, { log, signal })
    } catch (error) {
      if (signal.aborted) return false
      setAside.set(keyOf(next), now + 10 * 60_000)
      log.error({ err: error }, 'an hour could not be rolled up: again in 10 min')
    }
    return true
  }
}

const keyOf = (hour: { hourAt: Date; probeId: number }) => `${hour.probeId} ${hour.hourAt.toISOString()}`
