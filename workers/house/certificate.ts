import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { type Env, SettingsError } from '@/lib/env'

/** Sees that the certificate and its key can be read and belong together. Throws a SettingsError. */
export function checkCertificate({ tlsCert, tlsKey }: Pick<Env, 'tlsCert' | 'tlsKey'>): void {
  if (!tlsCert || !tlsKey) return
  const [cert, key] = [read('TLS_CERT', tlsCert), read('TLS_KEY', tlsKey)]
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new SettingsError(
      `TLS_CERT is ${tlsCert} and TLS_KEY is ${tlsKey}, which cannot be used: expected a certificate and its own key, ` +
        `both PEM, the key without a passphrase (${error instanceof Error ? error.message : error})`,
    )
  }
}

function read(name: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new SettingsError(
      `${name} is ${path}, which cannot be read: ${error instanceof Error ? error.message : error}`,
    )
  }
}
