import { z } from 'zod'
import { nextAttemptAt } from '@/lib/domain/retry'
import { isZone } from '@/lib/domain/wall-clock'
import { sql } from './database'
import { readSetting, writeSetting } from './settings'
import { uptimeKinds } from './uptime'

const Kept = z.object({
  recipients: z.array(z.string()).catch([]),
  zone: z.string().refine(isZone).catch('UTC'),
  of: z.enum(uptimeKinds).catch('clients'),
  first: z.string().catch('9999-12'), // the first month that is sent: that in which it was set
})

/** Who gets the monthly report, in whose months, and of what. */
export type ReportSettings = z.infer<typeof Kept>

export async function readReportSettings(): Promise<ReportSettings> {
  return Kept.parse((await readSetting('monthly_report')) ?? {})
}

export async function writeReportSettings(settings: ReportSettings): Promise<void> {
  await writeSetting('monthly_report', settings)
}

type Attempt = { at: string; status: number | null; answer: string }
export type ReportMail = {
  month: string
  recipient: string
  attempts: Attempt[]
  dueAt: Date
  deliveredAt: Date | null
  failedAt: Date | null
}
export type ClaimedReport = Pick<ReportMail, 'month' | 'recipient' | 'attempts'> & { leaseUntil: Date }

/** Puts a month's report into the outbox, once for each. Any number of keepers may do so. */
export async function queueReports(month: string, recipients: readonly string[], now: Date): Promise<number> {
  const made = await sql`
    insert into report_mails (month, recipient, due_at)
    select ${month}, r, ${now} from unnest(${[...recipients]}::text[]) r on conflict do nothing`
  return made.count
}

/** Sends a report again, or before its time, at the wish of an operator. */
export async function sendReportNow(month: string, recipient: string, now: Date): Promise<void> {
  await sql`
    insert into report_mails (month, recipient, due_at) values (${month}, ${recipient}, ${now})
    on conflict (month, recipient) do update
      set due_at = ${now}, lease_until = null, delivered_at = null, failed_at = null, attempts = '[]'`
}

/** Leases the next report that is due to this keeper, or null. */
export async function claimReport(now: Date, leaseMs: number): Promise<ClaimedReport | null> {
  const [row] = await sql<ClaimedReport[]>`
    update report_mails m set lease_until = ${new Date(now.getTime() + leaseMs)}
    where (month, recipient) = (
      select month, recipient from report_mails
      where delivered_at is null and failed_at is null and due_at <= ${now}
        and (lease_until is null or lease_until < ${now})
      order by due_at, recipient limit 1 for update skip locked)
    returning month, recipient, attempts, lease_until as "leaseUntil"`
  return row ?? null
}

type Outcome = {
  status: number | null
  answer: string
  failure: null | { permanent: boolean; retryAfterMs: number | null }
}

/** Records how a leased report went; a failure is tried again as any notice is. Nothing when the lease went to another. */
export async function settleReport(claimed: ClaimedReport, outcome: Outcome, now: Date): Promise<void> {
  const { month, recipient, attempts, leaseUntil } = claimed
  const all = [...attempts, { at: now.toISOString(), status: outcome.status, answer: outcome.answer }]
  const { failure } = outcome
  const createdAt = new Date(all[0]?.at ?? now)
  const again =
    failure === null || failure.permanent
      ? null
      : nextAttemptAt({ attempts: all.length, createdAt, retryAfterMs: failure.retryAfterMs }, Math.random(), now)
  await sql`
    update report_mails set attempts = ${sql.json(all)}, lease_until = null, due_at = coalesce(${again}, due_at),
      delivered_at = ${failure === null ? now : null}, failed_at = ${failure !== null && again === null ? now : null}
    where month = ${month} and recipient = ${recipient} and lease_until = ${leaseUntil}`
}

/** The last reports, the newest first. */
export async function listReportMails(limit = 24): Promise<ReportMail[]> {
  return sql<ReportMail[]>`
    select month, recipient, attempts, due_at as "dueAt", delivered_at as "deliveredAt", failed_at as "failedAt"
    from report_mails order by month desc, recipient limit ${limit}`
}
