'use client'
import { useEffect, useRef, useState } from 'react'
import { type ReadyToSubscribe, readyToSubscribe, turnOn } from './ensure-push'
import { type PushProblem, pushAdvice } from './push-problem'
import { healPush, tellPush, usePush } from './use-push'

/** The press that mends a problem, where one does. */
export function PushAction({ problem }: { problem: PushProblem }) {
  const { button } = pushAdvice(problem)
  return button === null ? null : <TurnOn size="small">{button}</TurnOn>
}

/**
 * Turns alerts on with one press. Worker and key are fetched before it can be pressed: Safari subscribes only within the
 * press itself, with nothing awaited in between.
 */
export function TurnOn({ children, size }: { children: React.ReactNode; size?: 'small' }) {
  const ready = useRef<ReadyToSubscribe | null>(null)
  const [is, setIs] = useState<'preparing' | 'ready' | 'stuck' | 'asking'>('preparing')
  const state = usePush()

  useEffect(() => {
    if (is !== 'preparing') return
    let gone = false
    readyToSubscribe()
      .then((prepared) => {
        ready.current = prepared
      })
      .catch(() => {})
      .finally(() => {
        if (!gone) setIs(ready.current ? 'ready' : 'stuck')
      })
    return () => {
      gone = true
    }
  }, [is])

  function press() {
    const prepared = ready.current
    if (!prepared) {
      setIs('preparing')
      void healPush()
      return
    }
    const turning = turnOn(prepared)
    setIs('asking')
    turning.then(tellPush).finally(() => setIs('ready'))
  }

  return (
    <button
      type="button"
      className="button"
      data-kind="primary"
      data-size={size}
      data-testid={is === 'ready' ? 'push-on' : undefined}
      disabled={is === 'asking' || is === 'preparing' || state.is === 'looking'}
      onClick={press}
    >
      {is === 'asking' ? 'Waiting for the browser…' : is === 'stuck' ? 'Try again' : children}
    </button>
  )
}
