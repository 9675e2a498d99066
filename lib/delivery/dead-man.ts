import { answerText, DeliveryError } from './delivery-error'
import { hideSecrets, secretsOfUrl } from './hide-secrets'
import type { Http } from './http'

/** Pings another monitor, and says what it answered. The address opens a door there: no answer quotes it. */
export async function pingOut(
  url: string,
  http: Http,
  signal: AbortSignal,
): Promise<{ status: number | null; answer: string }> {
  const secrets = secretsOfUrl(url)
  try {
    const { status, text } = await http.request(url, { method: 'GET', signal, secrets, redirects: 3 })
    return { status, answer: answerText(text) }
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error
    return { status: error.status, answer: hideSecrets(error.message, secrets) }
  }
}
