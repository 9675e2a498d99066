import type { X509Certificate } from 'node:crypto'

/** 64 MiB, 12.3 MB: for people. */
export function bytesWords(bytes: number): string {
  if (bytes % 1_048_576 === 0 && bytes > 0) return `${(bytes / 1_048_576).toLocaleString('en')} MiB`
  if (bytes >= 1_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return bytes >= 1000 ? `${(bytes / 1000).toFixed(1)} kB` : `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
}

const reasons: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it vouches for itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
}

/** Why a certificate is not taken, and how it can be. `code`: of OpenSSL, as Node names it. */
export function certificateWords(host: string, code: string, certificate: X509Certificate): string {
  const { validTo, subjectAltName, subject, fingerprint256 } = certificate
  const names = (subjectAltName ?? subject ?? 'nobody').replace(/\s+/g, ' ').slice(0, 120)
  const why =
    code === 'CERT_HAS_EXPIRED'
      ? `it ended on ${validTo}`
      : code.includes('ALTNAME')
        ? `it is of ${names}`
        : (reasons[code] ?? `it fails the check (${code.slice(0, 60)})`)
  return `The certificate of ${host} is not taken: ${why}. Its SHA-256 is ${fingerprint256}: pin it if it is yours`
}

const troubles: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'this name leads to no address',
  EAI_AGAIN: 'the name servers do not answer',
  EHOSTUNREACH: 'there is no way to this address',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  EPROTO: 'it does not speak TLS there: perhaps http: is meant',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there: perhaps http: is meant',
}

/** Why no answer came, or not all of one of which so many bytes did. */
export function connectionWords(error: unknown, bytes: number): string {
  if (error instanceof AggregateError && error.errors.length > 0) return connectionWords(error.errors[0], bytes)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = troubles[code]
  if (known) return `${known} (${code})`
  if (/^(UND_ERR_SOCKET|ECONNRESET|EPIPE|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/.test(code)) {
    return bytes > 0 ? `the connection ended in the middle of the answer` : 'the connection ended without an answer'
  }
  return error instanceof Error && error.message ? error.message : 'the connection failed'
}
