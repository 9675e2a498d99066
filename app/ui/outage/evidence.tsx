import { z } from 'zod'
import { Evidence as EvidenceShape } from '@/lib/wire/probe'
import { Clock } from '../time'
import styles from './evidence.module.css'
import { JobEvidence, readJobEvidence } from './job-evidence'
import { readSourceEvidence, readWitnesses, SourceEvidence, Witnesses } from './source-evidence'

const ways = { raw: 'a raw socket', datagram: 'a datagram socket', system: 'the system’s ping' } as const

/** What was kept when an outage opened or closed; several when several probes decided. */
const Kept = z.union([
  z.array(EvidenceShape.extend({ probe: z.string().optional() }).loose()),
  EvidenceShape.extend({ probe: z.string().optional() })
    .loose()
    .transform((one) => [one]),
  z
    .object({ probes: z.array(EvidenceShape.extend({ probe: z.string().optional() }).loose()) })
    .transform((all) => all.probes),
])

/** The pings that decided, verbatim: when each was sent and what came back. */
export function Evidence({ title, evidence }: { title: string; evidence: unknown }) {
  if (evidence === null || evidence === undefined) return null
  const job = readJobEvidence(evidence)
  if (job) return <JobEvidence title={title} evidence={job} />
  const said = readSourceEvidence(evidence)
  if (said) return <SourceEvidence title={title} said={said} />
  const kept = Kept.safeParse(evidence)
  return (
    <section className={styles.evidence}>
      <h2>{title}</h2>
      {kept.success ? (
        kept.data.map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: evidence never changes
          <div key={i} className={styles.one}>
            <p className="muted">
              {one.rule}, by {one.probe ? `probe ${one.probe} through ` : ''}
              {ways[one.way]}, to <span className="address">{one.address}</span>
            </p>
            <PingTable pings={one.pings} />
          </div>
        ))
      ) : (
        <pre className={styles.raw}>{JSON.stringify(evidence, null, 2)}</pre>
      )}
      <Witnesses said={readWitnesses(evidence)} />
    </section>
  )
}

function PingTable({ pings }: { pings: z.infer<typeof EvidenceShape>['pings'] }) {
  return (
    <table className={`table ${styles.pings}`}>
      <thead>
        <tr>
          <th>Ping sent</th>
          <th data-align="right">Came back</th>
          <th>Answer</th>
        </tr>
      </thead>
      <tbody>
        {pings.map((ping) => (
          <tr key={ping.sent_at} data-missed={ping.rtt_ms === null || undefined}>
            <td>
              <Clock at={ping.sent_at} ms />
            </td>
            <td data-align="right">{ping.rtt_ms === null ? 'missed' : `${ping.rtt_ms.toFixed(2)} ms`}</td>
            <td>{ping.answer ?? (ping.rtt_ms === null ? 'nothing within the timeout' : 'echo reply')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
