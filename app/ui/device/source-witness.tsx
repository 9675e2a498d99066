import Link from 'next/link'
import { listWitnesses, type SourceWitness } from '@/lib/store/source-states'
import { Clock, Since } from '../time'

/** What the sources that list a device say of it; nothing where none does. */
export async function SourceWitnesses({ id, isDark }: { id: number; isDark: boolean }) {
  const witnesses = await listWitnesses(id)
  if (witnesses.length === 0) return null
  return (
    <section className="section">
      <h2>{witnesses.length === 1 ? 'By its source' : 'By its sources'}</h2>
      <ul className="stack">
        {witnesses.map((witness) => (
          <li key={witness.sourceId}>
            <Says witness={witness} isDark={isDark} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Says({ witness, isDark }: { witness: SourceWitness; isDark: boolean }) {
  const { name, sourceId, darkSince, vanishedAt, isAsked, fault, failingSince, isPinged } = witness
  const link = (
    <Link href={`/settings/sources/${sourceId}`} className="link">
      {name}
    </Link>
  )
  if (vanishedAt)
    return (
      <p className="muted">
        {link} lists it no more, since <Clock at={vanishedAt} />.
      </p>
    )
  if (!isAsked) return <p className="muted">{link} lists it, and is not asked how it is.</p>
  return (
    <>
      <p>
        {link} says <SaidWord witness={witness} />
        {darkSince && (
          <>
            {' '}
            since <Clock at={darkSince} />
          </>
        )}
        {isPinged ? pingWords(witness.darkLast, isDark) : '.'}
      </p>
      {failingSince ? (
        <p className="muted">
          It has said nothing for <Since at={failingSince} />: {fault}
        </p>
      ) : (
        <Figures witness={witness} />
      )}
    </>
  )
}

/** The pings decide, whatever the source says. */
function pingWords(saysDark: boolean, isDark: boolean): string {
  if (isDark) return saysDark ? '; no ping is answered either.' : '; no ping is answered, and that decides.'
  return saysDark ? '; pings answer, and that decides.' : '; pings answer too.'
}

function SaidWord({ witness: { status, darkSince, answeredAt } }: { witness: SourceWitness }) {
  if (status) return <span className="strong">{status}</span>
  if (darkSince) return <span className="strong">that it is dark</span>
  return <>{answeredAt === null ? 'nothing yet' : 'nothing of how it is'}</>
}

function Figures({ witness: { answeredAt, signalDbm, bootedAt } }: { witness: SourceWitness }) {
  return (
    <p className="muted">
      {answeredAt && (
        <>
          Asked last <Clock at={answeredAt} />
        </>
      )}
      {signalDbm !== null && <>, signal {Math.round(signalDbm)} dBm</>}
      {bootedAt && (
        <>
          , up for <Since at={bootedAt} />
        </>
      )}
    </p>
  )
}
