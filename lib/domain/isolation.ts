/** One ping: when it was sent (epoch ms by the probe's clock) and its round trip; null when no reply came in time. */
export type Ping = { sentAt: number; rttMs: number | null }

/** X misses in Y seconds. Both >= 1, checked where they enter. */
export type IsolationRule = { misses: number; withinSeconds: number }
