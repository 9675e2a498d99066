'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Icon } from '../icons'
import { PushAction } from './push-action'
import styles from './push-healer.module.css'
import { type PushProblem, pushAdvice } from './push-problem'
import { healPush, useIsSaid, usePush } from './use-push'
import { updateWorker } from './worker-registration'

const dayMs = 24 * 3600_000
const againMs = 60_000 // returning to a page heals at most this often
const updateMs = 3600_000

/** Keeps this browser's alerts alive while a page is open; shows itself only where the operator has to do something. */
export function PushHealer() {
  useHealing()
  useWorkerMessages()
  const state = usePush()
  const isSaid = useIsSaid()
  const [later, setLater] = useState<PushProblem | null>(null)
  if (state.is !== 'hindered' || !state.wanted || selfHealing.includes(state.problem)) return null
  if (isSaid || later === state.problem) return null
  const { happened, remedy } = pushAdvice(state.problem)
  return (
    <aside className={styles.banner} aria-label="Alerts on this device">
      <Icon name="bell" />
      <p className={styles.words}>
        <strong>{happened}</strong> {remedy}
      </p>
      <PushAction problem={state.problem} />
      <button
        type="button"
        className="button"
        data-kind="quiet"
        data-size="small"
        onClick={() => setLater(state.problem)}
      >
        Later
      </button>
    </aside>
  )
}

const selfHealing: PushProblem[] = ['offline', 'signed_out']

function useHealing() {
  useEffect(() => {
    let healedAt = 0
    let updatedAt = Date.now()
    const heal = () => {
      healedAt = Date.now()
      void healPush()
    }
    const onVisible = () => {
      if (document.visibilityState !== 'visible') return
      if (Date.now() - healedAt > againMs || !granted()) heal()
      if (Date.now() - updatedAt < updateMs) return
      updatedAt = Date.now()
      void updateWorker()
    }
    const daily = setInterval(heal, dayMs)
    document.addEventListener('visibilitychange', onVisible)
    window.addEventListener('online', heal)
    const stopWatching = watchPermission(heal)
    heal()
    return () => {
      clearInterval(daily)
      document.removeEventListener('visibilitychange', onVisible)
      window.removeEventListener('online', heal)
      stopWatching()
    }
  }, [])
}

const granted = () => 'Notification' in window && Notification.permission === 'granted'

/** Calls back when the operator changes the permission in the browser, where the browser tells. */
function watchPermission(changed: () => void): () => void {
  const watched: { status?: PermissionStatus; stopped?: boolean } = {}
  navigator.permissions
    ?.query({ name: 'notifications' })
    .then((status) => {
      if (watched.stopped) return
      watched.status = status
      status.addEventListener('change', changed)
    })
    .catch(() => {}) // not known here: returning to the page finds the change
  return () => {
    watched.stopped = true
    watched.status?.removeEventListener('change', changed)
  }
}

/** The worker asks an open page to go where a notice was clicked, and tells that the subscription changed. */
function useWorkerMessages() {
  const router = useRouter()
  useEffect(() => {
    const container = navigator.serviceWorker
    if (!container) return
    const onMessage = (event: MessageEvent<{ type?: string; path?: string } | null>) => {
      if (event.data?.type === 'push.changed') void healPush()
      if (event.data?.type === 'navigate' && event.data.path?.startsWith('/')) {
        event.ports[0]?.postMessage('here')
        router.push(event.data.path)
      }
    }
    const retry = () => container.controller?.postMessage({ type: 'errands.run' })
    container.addEventListener('message', onMessage)
    window.addEventListener('online', retry)
    retry()
    return () => {
      container.removeEventListener('message', onMessage)
      window.removeEventListener('online', retry)
    }
  }, [router])
}
