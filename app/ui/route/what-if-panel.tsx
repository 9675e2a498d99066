'use client'
import { useEffect, useState, useTransition } from 'react'
import type { WhatIf } from '@/lib/what-if'
import form from '../job/job-form.module.css'
import type { Asked } from './actions'
import styles from './what-if.module.css'
import { WhatIfAnswer } from './what-if-answer'

/** A button that asks what would have been told by the rule as it stands in the form, and the answer, before it is saved. */
export function WhatIfPanel({ version, ask }: { version: number; ask: () => Promise<Asked> }) {
  const [answer, setAnswer] = useState<{ asked: WhatIf; version: number }>()
  const [problem, setProblem] = useState<string>()
  const [busy, start] = useTransition()
  // A sentence about what the form lacked is over once something was written.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it goes with each new version
  useEffect(() => setProblem(undefined), [version])
  const look = () =>
    start(async () => {
      const asked = await ask().catch((): Asked => ({ problem: 'The server did not answer: try again.' }))
      start(() => {
        setProblem('problem' in asked ? asked.problem : undefined)
        setAnswer('answer' in asked ? { asked: asked.answer, version } : undefined)
      })
    })
  const isOld = answer !== undefined && answer.version !== version
  return (
    <section className={form.block} aria-labelledby="what-if">
      <div className={form.blockHead}>
        <h2 id="what-if">What if it had been so</h2>
        <button type="button" className="button" onClick={look} disabled={busy}>
          {busy ? 'Replaying…' : answer ? 'Replay again' : 'Replay the last 30 days'}
        </button>
      </div>
      {!answer && !problem && (
        <p className="hint">
          Every incident of the last 30 days is decided anew by this rule, and nothing is saved: which notices would
          have come, gone or moved, and how long each outage would have been unknown.
        </p>
      )}
      <div aria-live="polite" className={styles.answer} data-old={isOld || undefined}>
        {problem && <p className="problem">{problem}</p>}
        {isOld && <p className="note">The form has changed since: replay again.</p>}
        {answer && <WhatIfAnswer answer={answer.asked} />}
      </div>
    </section>
  )
}
