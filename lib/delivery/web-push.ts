import { type Agent, request } from 'node:https'
import webPush from 'web-push'
import type { PushMessage } from '@/lib/domain/message'
import { type Answer, retryAfterMs } from '@/lib/domain/retry'
import { endpointProblem } from './push-endpoint'

export type PushTarget = { endpoint: string; keys: { p256dh: string; auth: string } }
export type PushSender = {
  vapid: { subject: string; publicKey: string; privateKey: string }
  allowPrivate: boolean
  agent: Agent
}
/** ttlSeconds: how long the service keeps it for a phone that is away. topic: what replaces what on the way. */
export type PushHeaders = { ttlSeconds: number; topic: string | null }

const mostAnswerBytes = 2000

/**
 * Sends one message to one subscription (RFC 8030, 8291, 8292) and returns what the push service answered, whatever it is;
 * status null when no answer came before `signal`. Encrypts anew each time; the identity is inside and in the topic.
 */
export async function sendWebPush(
  sender: PushSender,
  target: PushTarget,
  message: PushMessage,
  { ttlSeconds, topic }: PushHeaders,
  signal: AbortSignal,
): Promise<Answer> {
  const problem = endpointProblem(target.endpoint, sender)
  if (problem) return { status: 403, retryAfterMs: null, text: `The endpoint is refused: ${problem}` }
  const details = webPush.generateRequestDetails(target, JSON.stringify(message), {
    vapidDetails: sender.vapid,
    TTL: ttlSeconds,
    urgency: 'high',
    contentEncoding: 'aes128gcm',
    ...(topic ? { topic } : {}),
  })
  try {
    return await post(target.endpoint, details.headers, details.body ?? Buffer.alloc(0), sender.agent, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPRIVATEADDRESS')
      return { status: 403, retryAfterMs: null, text: `The endpoint is refused: ${error.message}` }
    return { status: null, retryAfterMs: null, text: noAnswer(error, signal) }
  }
}

function post(url: string, headers: Record<string, unknown>, body: Buffer, agent: Agent, signal: AbortSignal) {
  return new Promise<Answer>((resolve, reject) => {
    const lines = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    const sending = request(url, { method: 'POST', headers: lines, agent, signal }, (response) => {
      const { statusCode: status = 0 } = response
      let text = ''
      // The status line is the answer: what comes, or does not come, after it must not make a second notice of one.
      const answer = () =>
        resolve({
          status,
          retryAfterMs: retryAfterMs(response.headers['retry-after'], new Date()),
          text: text || detailsOf(response.headers),
        })
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < mostAnswerBytes) text += chunk.slice(0, mostAnswerBytes - text.length)
      })
      response.on('error', answer)
      response.on('end', answer)
      if (status >= 200 && status < 300) answer()
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

/** WNS says what it has to say in its own headers. */
function detailsOf(headers: NodeJS.Dict<string | string[]>): string {
  const words = ['x-wns-status', 'x-wns-error-description'].flatMap((name) => headers[name] ?? [])
  return words.join(' ').slice(0, 300)
}

function noAnswer(error: unknown, signal: AbortSignal): string {
  if (signal.aborted)
    return signal.reason instanceof Error && signal.reason.name === 'TimeoutError' ? 'No answer in time' : 'Given up'
  return error instanceof Error ? `No answer: ${error.message}` : 'No answer'
}
