import type { Sample } from '@/lib/client-message-preview'
import styles from './message.module.css'
import { clientsWord, languageWords, mediumWords } from './message-words'

/** What the clients of an incident would read, one of each part, medium and language. */
export function Samples({ samples }: { samples: readonly Sample[] }) {
  if (samples.length === 0) return null
  return (
    <section className="section">
      <h2>What they read</h2>
      <div className={styles.samples}>
        {[...samples]
          .sort((a, b) => a.part.localeCompare(b.part) || b.clients - a.clients)
          .map((one) => (
            <SampleCard key={`${one.part} ${one.medium} ${one.language}`} sample={one} />
          ))}
      </div>
    </section>
  )
}

/** One of them, with how long a text it makes. */
export function SampleCard({ sample }: { sample: Sample }) {
  const { part, medium, language, clients, subject, body, parts, encoding } = sample
  return (
    <figure className={styles.sample}>
      <figcaption className="dotted muted">
        <span>{part === 'first' ? mediumWords[medium] : `When it is over, ${mediumWords[medium].toLowerCase()}`}</span>
        <span>{languageWords[language] ?? language}</span>
        {clients > 0 && <span>{clientsWord(clients)}</span>}
        {medium === 'sms' && (
          <span>
            {parts} {parts === 1 ? 'part' : 'parts'}
            {encoding === 'UCS-2' && ', as its signs are not of GSM-7'}
          </span>
        )}
      </figcaption>
      {subject && <p className="strong">{subject}</p>}
      <blockquote dir="auto">{body}</blockquote>
    </figure>
  )
}
