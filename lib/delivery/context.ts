import type { Reference } from '@/lib/domain/notice'
import type { Http } from './http'

/** What a channel is given beside its configuration and the notice. */
export type Context = {
  /** What it kept of this identity's earlier notices; null for the first. */
  previous: Reference
  signal: AbortSignal
  http: Http
  now: Date
}
