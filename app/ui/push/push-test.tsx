'use client'
import { useEffect, useState } from 'react'
import { askServer, type PushDevice, type TestState } from './push-api'
import styles from './push-devices.module.css'
import { testWords } from './test-words'

type Running = { deliveryId: number; startedAt: number }

/** Sends a test push and says how far it really came: taken by the push service, shown by the device. */
export function PushTest({
  device,
  onChange,
  children,
}: {
  device: PushDevice
  onChange: () => void
  children: React.ReactNode
}) {
  const [running, setRunning] = useState<Running | null>(null)
  const [test, setTest] = useState<TestState | null>(null)
  const [elapsedMs, setElapsedMs] = useState(0)
  const [problem, setProblem] = useState('')
  const told = running ? testWords(test, elapsedMs) : null
  const done = told?.done ?? true

  useEffect(() => {
    if (!running || done) return
    const timer = setInterval(async () => {
      setElapsedMs(Date.now() - running.startedAt)
      const path = `/api/push/subscriptions/${device.id}/test?delivery=${running.deliveryId}`
      await askServer<TestState>(path).then(setTest, () => {}) // the next look may reach it
    }, 500)
    return () => clearInterval(timer)
  }, [running, done, device.id])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is read anew when a test has ended
  useEffect(() => {
    if (running && done) onChange()
  }, [done, running])

  async function start() {
    setProblem('')
    setTest(null)
    setElapsedMs(0)
    try {
      const startedAt = Date.now()
      const begun = await askServer<TestState>(`/api/push/subscriptions/${device.id}/test`, 'POST', {})
      setTest(begun)
      setRunning({ deliveryId: begun.delivery_id, startedAt })
    } catch (error) {
      setRunning(null)
      setProblem(error instanceof Error ? error.message : 'no answer')
    }
  }

  return (
    <>
      <div className={styles.actions}>
        <button
          type="button"
          className="button"
          data-size="small"
          data-testid="push-test"
          disabled={!done || device.state === 'lost' || device.state === 'muted'}
          onClick={start}
        >
          Send a test
        </button>
        {children}
      </div>
      <p
        className={styles.outcome}
        data-tone={problem ? 'down' : told?.tone}
        data-testid="push-test-outcome"
        aria-live="polite"
      >
        {problem ? `Not sent: ${problem}` : told?.words}
      </p>
    </>
  )
}
