import type { Logger } from 'pino'
import { fileBlindProbes } from '@/lib/store/blind-incidents'
import { writeCauses } from '@/lib/store/causes'
import { nextUnfiled } from '@/lib/store/dark-spells'
import { isTransient } from '@/lib/store/database'
import { fileOutages, listStanding } from '@/lib/store/filing'
import { Holds } from '@/lib/store/holds'
import { absentAfterSeconds } from '@/lib/store/probes'
import { updateNotices } from '@/lib/store/updates'
import { tellWithheld } from '@/lib/store/withheld'

const batch = 50_000
const oneByOne = 500
const setAsideMs = 5 * 60_000
const blackoutsEveryMs = 1000
const updatesEveryMs = 5000

/**
 * Files what is dark and resolves what is over, a batch a step. An outage that makes its batch fail is found by filing one
 * at a time, and set aside for five minutes.
 */
export function correlation({
  log,
  startedAt,
  wakeAt = () => {},
}: {
  log: Logger
  startedAt: Date
  wakeAt?: (at: Date) => void // when something that waits has to be looked at again
}) {
  const setAside = new Map<number, number>() // outage id -> until, epoch ms
  const holds = new Holds()
  let blackoutsAt = 0
  let updatesAt = 0

  return async function step(): Promise<boolean> {
    const now = new Date()
    for (const [id, until] of setAside) if (until <= now.getTime()) setAside.delete(id)
    const result = await fileSafely(now)
    await fileBlindProbes(now, { judgeAbsence: now.getTime() - startedAt.getTime() > absentAfterSeconds * 1000 })
    if (now.getTime() - blackoutsAt >= blackoutsEveryMs) {
      blackoutsAt = now.getTime()
      const told = await tellWithheld(now)
      if (told > 0) log.info({ told }, 'incidents told at the end of a blackout')
    }
    if (now.getTime() - updatesAt >= updatesEveryMs) {
      updatesAt = now.getTime()
      const updated = await updateNotices(now)
      const causes = await writeCauses(now)
      if (updated + causes > 0) log.info({ updated, causes }, 'notices changed, causes found')
    }
    const { filed, waiting, resolved } = result
    if (filed > 0 || resolved > 0) log.info({ filed, waiting, resolved }, 'outages filed')
    if (result.wakeAt) wakeAt(result.wakeAt)
    return !result.busy && result.more
  }

  async function fileSafely(now: Date) {
    try {
      return await fileOutages(now, { limit: batch, except: [...setAside.keys()], holds })
    } catch (error) {
      log.warn({ err: error }, 'a batch of outages could not be filed: filing one at a time')
      return fileOneByOne(now, error)
    }
  }

  async function fileOneByOne(now: Date, cause: unknown) {
    const total = { busy: false, filed: 0, waiting: 0, resolved: 0, wakeAt: null, more: false }
    const tried = new Set<number>()
    const standing = await listStanding(now)
    for (let i = 0; i < oneByOne; i++) {
      const skipped = [...tried, ...setAside.keys()]
      const id = (await nextUnfiled(skipped)) ?? standing.find((one) => !skipped.includes(one))
      if (id === undefined) break
      tried.add(id)
      try {
        total.filed += (await fileOutages(now, { only: id, except: [...setAside.keys()] })).filed
      } catch (error) {
        if (isTransient(error)) throw error // no outage's fault
        setAside.set(id, now.getTime() + setAsideMs)
        log.error({ err: error, outage_id: id }, 'an outage cannot be filed: set aside for 5 min')
      }
    }
    if (tried.size === 0) throw cause // no outage's fault
    const { resolved } = await fileOutages(now, { limit: 0, except: [...setAside.keys()] })
    return { ...total, resolved }
  }
}
