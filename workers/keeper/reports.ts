import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { messageIdOf, sendClientEmail } from '@/lib/delivery/client-email'
import { DeliveryError } from '@/lib/delivery/delivery-error'
import type { HouseMail } from '@/lib/delivery/email'
import { reportMail } from '@/lib/domain/report-mail'
import { monthRange, reportDue } from '@/lib/domain/report-month'
import {
  type ClaimedReport,
  claimReport,
  queueReports,
  type ReportSettings,
  readReportSettings,
  settleReport,
} from '@/lib/store/reports'
import { readUptime } from '@/lib/store/uptime'

type Options = { log: Logger; house: HouseMail | null; siteUrl: string; leaseMs?: number; now?: () => number }

/** Sends the report of last month on the 1st, to each recipient once, whatever keepers there are. */
export function reports({ log, house, siteUrl, leaseMs = 120_000, now = Date.now }: Options) {
  return async function step(signal: AbortSignal): Promise<boolean> {
    const settings = await readReportSettings()
    const due = settings.recipients.length === 0 ? null : reportDue(settings, now())
    if (due !== null) {
      const count = await queueReports(due, settings.recipients, new Date(now()))
      if (count > 0) log.info({ month: due, recipients: count }, 'the monthly report is due')
    }
    const claimed = await claimReport(new Date(now()), leaseMs)
    if (!claimed) return false
    await send(claimed, settings, signal)
    return true
  }

  async function send(claimed: ClaimedReport, settings: ReportSettings, signal: AbortSignal): Promise<void> {
    try {
      if (!settings.recipients.includes(claimed.recipient))
        throw new DeliveryError('Taken off the list of who gets it', { permanent: true })
      const mail = await mailOf(claimed.month, settings)
      const identity = `report-${claimed.month}-${createHash('sha256').update(claimed.recipient).digest('hex').slice(0, 16)}`
      const { status, answer } = await sendClientEmail(
        { ...mail, to: claimed.recipient, messageId: house ? messageIdOf(identity, house) : '', unsubscribeUrl: null },
        { house, signal },
      )
      await settleReport(claimed, { status, answer, failure: null }, new Date(now()))
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error // it is leased: tried again when that runs out
      const { message, status, permanent, retryAfterMs } = error
      log.warn({ month: claimed.month, words: message }, 'a monthly report could not be sent')
      await settleReport(claimed, { status, answer: message, failure: { permanent, retryAfterMs } }, new Date(now()))
    }
  }

  async function mailOf(month: string, { of, zone }: ReportSettings) {
    const range = monthRange(month, zone)
    if (!range) throw new DeliveryError(`There is no month ${month}`, { permanent: true })
    const overview = await readUptime(of, { by: 'month', zone, from: new Date(range.from), to: new Date(range.to) })
    return reportMail({
      ...{ month, zone },
      words: of === 'all' ? 'devices and jobs' : of,
      whole: overview.whole,
      worst: overview.worst,
      sites: overview.sites,
      url: `${siteUrl}/uptime/report?month=${month}&of=${of}`,
    })
  }
}
