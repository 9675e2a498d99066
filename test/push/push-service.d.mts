import type { Agent } from 'node:https'

/** One POST to an endpoint, refused ones too. */
export type Received = {
  n: number
  at: string
  endpoint: string
  bytes: number
  status?: number | null
  state:
    | 'refused'
    | 'faulted'
    | 'queued'
    | 'sent'
    | 'acknowledged'
    | 'delivered'
    | 'replaced'
    | 'expired'
    | 'cancelled'
    | 'lost'
  reason?: string
  ttl?: string
  topic?: string
  urgency: string
  encoding?: string
  vapid?: { aud?: string; exp?: number; sub?: string; key?: string }
  id?: string
  /** 100 handed to the worker, 101 not decrypted, 102 not delivered */
  ack?: number
  /** 301 handler threw, 302 waitUntil rejected */
  nack?: number
  fault?: string | number
}

export type Subscription = {
  endpoint: string
  stub: string | null
  uaid: string | null
  channelID: string | null
  key: string | null
  gone: boolean
  /** 200 by the page, 201 quota, 202 permission */
  unregisterCode: number | null
  connected: boolean
  queued: number
}

export type Fault = {
  endpoint?: string
  times?: number
  status?: number
  retryAfter?: number
  body?: string | object
  delayMs?: number
  mode?: 'hang' | 'reset' | 'stall'
  /** true: delivers all the same; only the answer is lost. */
  deliver?: boolean
}

export type StubMessage = {
  id: string
  at: string
  ttl: number
  topic: string | null
  urgency: string
  text?: string
  error?: string
}

export type PushService = {
  wsUrl: string
  origin: string
  controlUrl: string
  caFile: string
  agent: Agent
  subscriptions(): Subscription[]
  received(endpoint?: string): Received[]
  frames(): { at: string; messageType?: string }[]
  fault(fault: Fault): void
  clearFaults(): void
  drop(endpoint: string): void
  forgetAgents(): void
  offline(on: boolean): void
  minUrgency(least: 'very-low' | 'low' | 'normal' | 'high'): void
  createStub(options?: { key?: string | null; online?: boolean }): {
    id: string
    endpoint: string
    keys: { p256dh: string; auth: string }
  }
  stubMessages(id: string): StubMessage[]
  stubOnline(id: string, online: boolean): void
  clear(): void
  stop(): Promise<void>
}

/** Starts the push service on free loopback ports; see push-service.mjs for every option. */
export function startPushService(options?: {
  ws?: number
  https?: number
  control?: number
  host?: string
  name?: string
  dir?: string
}): Promise<PushService>

/** Checks `Authorization: vapid t=..., k=...` (RFC 8292). */
export function checkVapid(
  header: string | undefined,
  audience: string,
  boundKey?: string | null,
): { claims?: { aud?: string; exp?: number; sub?: string }; key?: string; wrong?: string }

/** RFC 8291 decryption of a single-record message. */
export function decrypt(body: Buffer, ecdh: import('node:crypto').ECDH, auth: Buffer): Buffer
