'use client'
import { useRef, useState } from 'react'
import { sendTest, type Tried } from './source-api'
import { sourceConfigOf } from './source-form-data'

/** Tries what the form says. A certificate that no authority vouches for can be pinned from here. */
export function ConnectionTest({
  id,
  kind,
  has,
  onPin,
}: {
  id: number | undefined
  kind: 'uisp' | 'sonar' | 'csv'
  has: readonly string[]
  onPin: (fingerprint: string) => void
}) {
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<Tried>()
  const button = useRef<HTMLButtonElement>(null)
  async function tryOut(pinned?: string) {
    const form = button.current?.form
    if (!form) return
    setBusy(true)
    const config = sourceConfigOf(kind, new FormData(form), has)
    const body = {
      kind,
      config: pinned ? { ...config, fingerprint: pinned } : config,
      ...(id === undefined ? {} : { id }),
    }
    const sent = await sendTest(body).catch(() => null)
    setBusy(false)
    if (sent && 'said' in sent) return setSaid(sent.said)
    const words = sent ? wordsOf(sent.state) : 'The server did not answer. Check the connection and try again.'
    setSaid({ ok: false, words, version: null, fault: null, fingerprint: null })
  }
  const fingerprint = said?.fault === 'certificate' ? said.fingerprint : null
  return (
    <div className="stack">
      <div>
        <button ref={button} type="button" className="button" disabled={busy} onClick={() => tryOut()}>
          {busy ? 'Asks …' : kind === 'csv' ? 'Read it once' : 'Test the connection'}
        </button>
      </div>
      <div aria-live="polite">
        {said && (
          <div className="note" data-tone={said.ok ? 'up' : 'down'}>
            <div className="stack">
              <p>
                {said.words}
                {said.version && ` (version ${said.version})`}
              </p>
              {fingerprint && (
                <>
                  <p>
                    Compare it with the one that the server itself shows. If they are the same, pin it: then this
                    certificate is trusted, and no other.
                  </p>
                  <div>
                    <button
                      type="button"
                      className="button"
                      disabled={busy}
                      onClick={() => {
                        onPin(fingerprint)
                        tryOut(fingerprint)
                      }}
                    >
                      Pin this certificate
                    </button>
                  </div>
                </>
              )}
            </div>
          </div>
        )}
      </div>
    </div>
  )
}

const wordsOf = ({ errors, problem }: { errors?: Record<string, string>; problem?: string }) =>
  problem ??
  Object.entries(errors ?? {})
    .map(([field, words]) => `${field}: ${words}`)
    .join(' ')
