'use client'
import { useState } from 'react'
import { StateShape } from '../state-mark'
import { turnOff } from './ensure-push'
import { PushAction, TurnOn } from './push-action'
import { PushApiError } from './push-api'
import styles from './push-button.module.css'
import { pushAdvice } from './push-problem'
import { tellPush, usePush, useSayingIt } from './use-push'

/** "Tell this phone": what this browser does about alerts, and the one press that changes it. */
export function PushButton({ onChange }: { onChange?: () => void }) {
  const state = usePush()
  useSayingIt()
  if (state.is === 'looking') return <p className={styles.card}>Looking at this browser…</p>
  if (state.is === 'on')
    return (
      <div className={styles.card} data-testid="push-is-on">
        <p className={styles.words}>
          <StateShape status="up" /> <strong>This device is told.</strong> Whatever goes dark arrives here, also while
          Beatline is closed.
        </p>
        <TurnOff {...(onChange ? { onChange } : {})} />
      </div>
    )
  if (state.is === 'off')
    return (
      <div className={styles.card}>
        <p className={styles.words}>
          <strong>This device is not told yet.</strong> The browser asks once whether Beatline may notify you.
        </p>
        <TurnOn>{`Tell this ${isPhone() ? 'phone' : 'computer'}`}</TurnOn>
      </div>
    )
  const { happened, remedy } = pushAdvice(state.problem)
  return (
    <div className={styles.card} data-tone="amber" data-problem={state.problem}>
      <p className={styles.words} role="status">
        <strong>{happened}</strong> {remedy}
      </p>
      <PushAction problem={state.problem} />
    </div>
  )
}

/** Known in the browser alone; while it is looked at, nothing is said. */
const isPhone = () => window.matchMedia('(pointer: coarse)').matches

function TurnOff({ onChange }: { onChange?: () => void }) {
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState('')
  async function press() {
    setBusy(true)
    try {
      tellPush(await turnOff())
      onChange?.()
    } catch (error) {
      setBusy(false)
      const why = error instanceof PushApiError ? error.message : 'the browser kept its subscription'
      setFailed(`Not turned off: ${why}. Try again.`)
    }
  }
  return (
    <>
      <button type="button" className="button" data-testid="push-off" disabled={busy} onClick={press}>
        Stop telling this device
      </button>
      {failed && (
        <p role="alert" className="problem">
          {failed}
        </p>
      )}
    </>
  )
}
