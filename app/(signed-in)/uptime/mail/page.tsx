import type { Metadata } from 'next'
import Link from 'next/link'
import { Clock } from '@/app/ui/time'
import { ReportForm } from '@/app/ui/uptime/report-form'
import { SendReport } from '@/app/ui/uptime/send-report'
import { viewersZone } from '@/app/ui/uptime/viewers-zone'
import { periodWords } from '@/lib/domain/uptime-words'
import { env } from '@/lib/env'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listReportMails, type ReportMail, readReportSettings } from '@/lib/store/reports'

export const metadata: Metadata = { title: 'Monthly report by e-mail' }

/** Who gets the report on the 1st, and how it went. */
export default async function ReportMailPage() {
  const [session, settings, mails] = await Promise.all([requireUser(), readReportSettings(), listReportMails()])
  const zone = settings.recipients.length === 0 ? await viewersZone(session) : settings.zone
  const mayWrite = allows(session.role, 'write')
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Monthly report by e-mail</h1>
        <Link className="button" href="/uptime/report">
          The report
        </Link>
      </header>
      <p>On the 1st, at 6 in the morning, each recipient gets the report of the month before, once.</p>
      {!env().houseMail && (
        <p className="note">
          Beatline has no mail server of its own: with <code>SMTP_URL</code> set for the keeper it can send.
        </p>
      )}
      {mayWrite ? (
        <>
          <ReportForm settings={{ ...settings, zone }} />
          <SendReport />
        </>
      ) : (
        <p className="muted">
          {settings.recipients.length === 0
            ? 'Nobody gets it.'
            : `It goes to ${settings.recipients.join(', ')}, in months of ${settings.zone}.`}
        </p>
      )}
      {mails.length > 0 && (
        <section className="section">
          <h2>Sent</h2>
          <div className="table-wrap">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Month</th>
                  <th scope="col">To</th>
                  <th scope="col">How it went</th>
                </tr>
              </thead>
              <tbody>
                {mails.map((mail) => (
                  <tr key={`${mail.month} ${mail.recipient}`}>
                    <td>{periodWords('month', `${mail.month}-01`)}</td>
                    <td>{mail.recipient}</td>
                    <td>
                      <State mail={mail} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </div>
  )
}

function State({ mail: { deliveredAt, failedAt, attempts, dueAt } }: { mail: ReportMail }) {
  const answer = attempts.at(-1)?.answer
  if (deliveredAt)
    return (
      <>
        accepted <Clock at={deliveredAt} seconds={false} />
      </>
    )
  if (failedAt) return <>failed: {answer}</>
  return (
    <>
      {answer ? `${answer}; again ` : 'due '}
      <Clock at={dueAt} seconds={false} />
    </>
  )
}
