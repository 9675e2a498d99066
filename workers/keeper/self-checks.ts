import type { Logger } from 'pino'
import type { HouseMail } from '@/lib/delivery/email'
import { createHttp, type Http } from '@/lib/delivery/http'
import type { Mailbox } from '@/lib/domain/imap-url'
import { type WantedCheck, wantedChecks } from '@/lib/domain/self-checks'
import { env } from '@/lib/env'
import { listCheckedChannels } from '@/lib/store/check-facts'
import { readCheckSettings } from '@/lib/store/check-settings'
import { alignChecks, claimCheck, endCheck, hasMailCheck, leaveCheck } from '@/lib/store/self-checks'
import { sendTest } from '@/lib/test-channel'
import { runCheck, type SendTest } from './check-runs'

export type SelfCheckOptions = {
  house: HouseMail | null
  mailbox: Mailbox | null
  sendTest: SendTest
  http: Http
  log: Logger
  /** Longer than any one part of a check: it waits on mail servers, mailboxes and other monitors. */
  leaseMs?: number
}

/** What this process reaches the world by, as its settings say. */
export function ownTools(): Omit<SelfCheckOptions, 'log'> {
  const { houseMail, mailbox, allowPrivateWebhooks: allowPrivate } = env()
  return { house: houseMail ?? null, mailbox: mailbox ?? null, sendTest, http: createHttp({ allowPrivate }) }
}

const atOnce = 20
const putOffMs = 300_000
const alignEveryMs = 60_000 // another keeper may have other settings, or somebody removed a job

/** Makes the checks that are due, one after another; each keeper takes those that no other has in hand. */
export function selfChecks({ log, leaseMs = 120_000, ...tools }: SelfCheckOptions) {
  let aligned = { as: '', at: 0 }

  return async function step(signal: AbortSignal): Promise<boolean> {
    const { settings, deadManUrl } = await readCheckSettings()
    const readsMail = tools.house !== null && tools.mailbox !== null
    const hasMailbox = readsMail || (await hasMailCheck())
    const wanted = wantedChecks(settings, { hasMailbox, channels: await listCheckedChannels() })
    const as = JSON.stringify(wanted)
    if (as !== aligned.as || Date.now() - aligned.at > alignEveryMs) {
      await alignChecks(wanted, Date.now())
      aligned = { as, at: Date.now() }
    }
    const checkOf = new Map(wanted.map((check) => [check.key, check]))
    for (let made = 0; made < atOnce && !signal.aborted; made++) {
      const claimed = await claimCheck(new Date(), leaseMs, readsMail ? [] : ['mail'])
      if (!claimed) return false
      const check = checkOf.get(claimed.key)
      if (!check) return true // it was set meanwhile
      const parted = AbortSignal.any([signal, AbortSignal.timeout(leaseMs - 20_000)])
      await make(check, claimed, { ...tools, deadManUrl, signal: parted })
    }
    return true
  }

  async function make(
    check: WantedCheck,
    claimed: NonNullable<Awaited<ReturnType<typeof claimCheck>>>,
    at: Parameters<typeof runCheck>[2],
  ): Promise<void> {
    try {
      const step = await runCheck(check, claimed.waiting, at)
      if (at.signal.aborted && !('result' in step && step.result.ok)) return // stopped in the middle: it says nothing
      if ('result' in step) await endCheck(claimed, check, step.result, Date.now())
      else await leaveCheck(claimed, step.waiting, step.askAt)
      if ('result' in step && !step.result.ok)
        log.warn({ check: check.key, words: step.result.words }, 'a self-check failed')
    } catch (error) {
      log.error({ err: error, check: check.key }, 'a self-check could not be made: put off for 5 min')
      await leaveCheck(claimed, null, Date.now() + putOffMs)
    }
  }
}
