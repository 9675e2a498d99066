'use client'
import { useCallback, useEffect, useState } from 'react'
import { askServer, PushApiError, type PushDevice } from './push-api'
import { PushButton } from './push-button'
import { PushDeviceRow } from './push-device-row'
import styles from './push-devices.module.css'
import { usePush } from './use-push'

const refreshMs = 15_000

/** This device's button and the list of the operator's devices, kept current while it is looked at. */
export function PushDevices({ initial }: { initial: PushDevice[] }) {
  const state = usePush()
  const [devices, setDevices] = useState(initial)
  const [stale, setStale] = useState('')

  const refresh = useCallback(async () => {
    try {
      setDevices((await askServer<{ items: PushDevice[] }>('/api/push/subscriptions')).items)
      setStale('')
    } catch (error) {
      setStale(error instanceof PushApiError ? error.message : 'no answer')
    }
  }, [])

  const here = 'deviceId' in state ? state.deviceId : null
  // Whatever this browser did changes the list.
  useEffect(() => {
    if (state.is !== 'looking') void refresh()
  }, [state, refresh])
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void refresh()
    }, refreshMs)
    return () => clearInterval(timer)
  }, [refresh])

  return (
    <>
      <PushButton onChange={refresh} />
      <section className="section">
        <div className="section-head">
          <h2>Your devices</h2>
          {stale && <p className="hint">Not current: {stale}.</p>}
        </div>
        {devices.length === 0 ? (
          <p className="muted">None yet. Open this page on every phone and computer that is to be told.</p>
        ) : (
          <ul className={styles.list}>
            {devices.map((device) => (
              <PushDeviceRow key={device.id} device={device} here={device.id === here} onChange={refresh} />
            ))}
          </ul>
        )}
      </section>
    </>
  )
}
