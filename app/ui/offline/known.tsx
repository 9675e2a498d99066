'use client'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { statuses } from '@/lib/domain/status'
import { StateMark } from '../state-mark'
import { stateWords } from '../state-words'
import { Ago, Clock } from '../time'
import styles from './offline.module.css'

const Board = z.object({
  at: z.iso.datetime(),
  counts: z.partialRecord(z.enum(statuses), z.number()),
  dark: z.array(
    z.object({
      name: z.string(),
      site: z.string().nullable(),
      state: z.enum(['down', 'unreachable']),
      since: z.iso.datetime(),
      behind: z.number(),
    }),
  ),
})
type Board = z.infer<typeof Board>

/** The last board that this device saw, with its hour. It never claims to be now. */
export function Known() {
  const [board, setBoard] = useState<Board | null>()
  useEffect(() => {
    readKnown().then(setBoard)
    // Back on the network: straight to the board.
    const back = () => window.location.assign('/')
    window.addEventListener('online', back)
    return () => window.removeEventListener('online', back)
  }, [])
  return (
    <>
      <h1>Beatline cannot be reached from here.</h1>
      <p className="muted">
        This device is offline, or the server is. Pinging and alerts do not depend on this page: a notification still
        comes as soon as there is a network.
      </p>
      {board && <KnownBoard board={board} />}
      {board === null && <p className="muted">Nothing was kept on this device yet.</p>}
      <p>
        <button type="button" className="button" data-kind="primary" onClick={() => window.location.assign('/')}>
          Try again
        </button>
      </p>
    </>
  )
}

function KnownBoard({ board }: { board: Board }) {
  const counted = statuses.filter((status) => (board.counts[status] ?? 0) > 0)
  return (
    <section className={styles.known}>
      <h2>
        As known at <Clock at={board.at} seconds={false} />, <Ago at={board.at} />
      </h2>
      {board.dark.length === 0 ? (
        <p>Nothing was dark then.</p>
      ) : (
        <ul>
          {board.dark.map((one) => (
            <li key={`${one.name}${one.since}`}>
              <StateMark status={one.state} />
              <span className="strong">{one.name}</span>
              <span className="muted">
                {one.site && `${one.site}, `}since <Clock at={one.since} />
                {one.behind > 0 && `, ${one.behind} behind it`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="muted num">
        {counted.map((status) => `${board.counts[status]} ${stateWords[status].toLowerCase()}`).join(' · ')}
      </p>
    </section>
  )
}

/** The service worker answers this address from what it keeps. */
async function readKnown(): Promise<Board | null> {
  try {
    const response = await fetch('/offline/known.json')
    return Board.parse(await response.json())
  } catch {
    return null
  }
}
