import { createHash } from 'node:crypto'
import type { UispConfig } from './config'
import { createSourceHttp, type SourceAnswer } from './http'
import { type Json, readJson } from './json-answer'
import { found, shapeFault } from './reading'
import type { SourceFault } from './records'
import { isFault, type SourceContext } from './source'

/** UISP's two APIs of one host; paths as in `devices`, `clients?limit=1`. */
export type UispApi = {
  nms(path: string): Promise<Json | SourceFault>
  crm(path: string): Promise<Json | SourceFault>
  /** Logs in with the next request, though a login was refused a moment ago. */
  startAnew(): void
  close(): Promise<void>
}

// Tokens of logins, so that not every poll logs in, and refused logins, so that no account is locked by a poll a minute with
// a password of yesterday: how often one may is not known.
const sessions = new Map<string, { token: string } | { refused: SourceFault; until: number }>()
const [mostSessions, refusalMs] = [100, 10 * 60_000]

export function uispApi(config: UispConfig, context: SourceContext): UispApi {
  const { url, token, username, password, crm_key } = config
  const { fingerprint, ca, insecure } = config
  const secrets = [token, password, crm_key]
  const http = createSourceHttp({ trust: { fingerprint, ca, insecure }, secrets, ...context })
  const nmsUrl = (path: string) => `${url}/nms/api/v2.1/${path}`
  const now = context.now ?? Date.now
  const login = createHash('sha256').update([url, username, password].join('\n')).digest('hex')

  const keep = (kept: { token: string } | { refused: SourceFault; until: number }) => {
    if (sessions.size >= mostSessions) sessions.clear()
    sessions.set(login, kept)
  }

  /** A token, told apart from a fault by being text. */
  async function logIn(): Promise<string | SourceFault> {
    const body = JSON.stringify({ username, password })
    const headers = { 'content-type': 'application/json' }
    const answer = await http.request(nmsUrl('user/login'), { method: 'POST', headers, body })
    if (isFault(answer)) return answer
    if (answer.status === 201) {
      const words = `UISP asks ${username} for a second factor, which nobody can give here: expected an API token (Settings, Users)`
      return { kind: 'refused', words }
    }
    const read = readJson(answer, 'UISP', 'user name or password', http)
    if (isFault(read)) return read
    const given = answer.headers['x-auth-token']
    return given ?? shapeFault(`UISP answers a login with ${found(read.value)}, expected a token in its x-auth-token`)
  }

  const ask = (path: string, sent: string) => http.request(nmsUrl(path), { headers: { 'x-auth-token': sent } })

  async function asked(path: string): Promise<SourceAnswer | SourceFault> {
    if (token !== undefined) return ask(path, token)
    const kept = sessions.get(login)
    if (kept && 'refused' in kept && now() < kept.until) return kept.refused
    if (kept && 'token' in kept) {
      const answer = await ask(path, kept.token)
      if (isFault(answer) || answer.status !== 401) return answer
    }
    sessions.delete(login)
    const fresh = await logIn()
    if (typeof fresh === 'string') {
      keep({ token: fresh })
      return ask(path, fresh)
    }
    if (fresh.kind === 'refused') keep({ refused: fresh, until: now() + refusalMs })
    return fresh
  }

  return {
    nms: async (path) => {
      const answer = await asked(path)
      return isFault(answer) ? answer : readJson(answer, 'UISP', 'token', http)
    },
    crm: async (path) => {
      const headers = { 'x-auth-app-key': crm_key ?? '' }
      const answer = await http.request(`${url}/crm/api/v1.0/${path}`, { headers })
      return isFault(answer) ? answer : readJson(answer, 'The CRM', 'app key', http)
    },
    startAnew: () => {
      sessions.delete(login)
    },
    close: http.close,
  }
}
