import Link from 'next/link'
import { type KnownEdge, listEdgesUp } from '@/lib/store/device-facts'
import { LiveState } from '../live'
import { Ago } from '../time'
import styles from './edges-up.module.css'
import { provenanceWords, sureWords } from './topology-words'

/** What a device hangs on, and how that is known. */
export async function EdgesUp({ id }: { id: number }) {
  const edges = await listEdgesUp(id)
  if (edges.length === 0) return null
  const [held, other] = [edges.filter((edge) => edge.effective), edges.filter((edge) => !edge.effective)]
  return (
    <>
      {held.length > 0 && (
        <section className="section">
          <h2>Upstream</h2>
          <EdgeList edges={held} />
        </section>
      )}
      {other.length > 0 && (
        <section className="section">
          <h2>Also seen above it</h2>
          <p className="muted">Known, and not counted: what is said by hand, or is surer, holds.</p>
          <EdgeList edges={other} />
        </section>
      )}
    </>
  )
}

function EdgeList({ edges }: { edges: KnownEdge[] }) {
  return (
    <ul>
      {edges.map((edge) => (
        <li key={edge.id} className={styles.edge}>
          <LiveState id={edge.id} status={edge.status} since={edge.since.toISOString()} word={false} />
          <div className={styles.text}>
            <div className={styles.name}>
              <Link href={`/devices/${edge.id}`} prefetch={false} className="clip">
                {edge.name}
              </Link>
              <span className="muted address">{edge.address}</span>
            </div>
            <Known edge={edge} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function Known({ edge }: { edge: KnownEdge }) {
  const sure = sureWords(edge.provenance, edge.confidence)
  const words = (
    <>
      {provenanceWords[edge.provenance]}
      {sure && `, ${sure}`}, {sure ? 'seen' : 'since'} <Ago at={sure ? edge.seenAt : edge.firstSeenAt} />
    </>
  )
  if (edge.evidence.length === 0) return <p className="muted">{words}</p>
  return (
    <details className={styles.why}>
      <summary>{words}</summary>
      <ul>
        {edge.evidence.map(({ provenance, detail, seenAt }) => (
          <li key={`${provenance} ${detail}`}>
            {detail}, <Ago at={seenAt} />
          </li>
        ))}
      </ul>
    </details>
  )
}
