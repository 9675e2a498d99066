import { z } from 'zod'
import type { Notice, Sent } from '@/lib/domain/notice'
import { webAddress } from './config-fields'
import type { Context } from './context'
import { answerText, DeliveryError, refusal } from './delivery-error'
import { hiddenFor, secretsOfUrl } from './hide-secrets'
import { payloadFormat, type Rendered, renderPayload, templateFault, templateValues } from './payload-template'
import { SigningSecret, signedHeaders } from './standard-webhook'

const ownHeaders = /^(host|content-length|connection|transfer-encoding|upgrade|expect|te|trailer|webhook-.*)$/i

const headers = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected the name of a header')
      .refine((name) => !ownHeaders.test(name), 'found a header that Beatline sets itself'),
    z.string().regex(/^[\x20-\x7e\xa0-\xff]{0,4000}$/, 'expected one line in Latin-1'),
  )
  .refine((all) => Object.keys(all).length <= 30, 'expected at most 30 headers')

function checkTemplate(template: string, check: z.RefinementCtx) {
  const fault = templateFault(template)
  if (fault) check.addIssue({ code: 'custom', message: fault.message })
}

/** url, template: Liquid, values in the url percent-encoded; without one the payload is that of Standard Webhooks. old_secret: still signs while a key changes. */
export const WebhookConfig = z.strictObject({
  url: webAddress.superRefine(checkTemplate),
  method: z.enum(['POST', 'PUT', 'PATCH', 'GET', 'DELETE'], 'expected POST, PUT, PATCH, GET or DELETE').default('POST'),
  headers: headers.default({}),
  template: z.string().max(20_000, 'expected at most 20,000 characters').superRefine(checkTemplate).optional(),
  secret: SigningSecret.optional(),
  old_secret: SigningSecret.optional(),
  follow_redirects: z.boolean().default(false),
})
export type WebhookConfig = z.infer<typeof WebhookConfig>
export const secrets = ['url', 'headers', 'secret', 'old_secret'] as const

/** Calls any address, signed as Standard Webhooks has it when there is a secret. 2xx is success, 410 the end, the rest is tried again. */
export async function sendWebhook(
  config: WebhookConfig,
  notice: Notice,
  { http, signal, now }: Context,
): Promise<Sent> {
  const body = config.method === 'GET' ? '' : made(webhookPayload(config, notice))
  const url = made(renderPayload(config.url, namesOf(notice), 'form'))
  const keys = [config.secret, config.old_secret].filter((key) => key !== undefined)
  const answer = await http.request(url, {
    method: config.method,
    headers: {
      ...(config.method === 'GET' ? {} : { 'content-type': contentType(config) }),
      ...lowerCased(config.headers),
      ...signedHeaders(keys, `${notice.key}-${notice.sequence}`, now, body),
    },
    ...(config.method === 'GET' ? {} : { body }),
    redirects: config.follow_redirects ? 3 : 0,
    signal,
    secrets: hiddenFor(notice, [
      ...secretsOfUrl(config.url),
      ...secretsOfUrl(url),
      ...secretHeaders(config.headers),
      ...keys,
    ]),
  })
  const { status, text } = answer
  if (status >= 200 && status < 300) return { reference: null, status, answer: answerText(text) }
  throw refusal('The webhook', answer, now, { permanent: status === 410 })
}

/** The payload for a notice, as it is sent: also the preview of a template. */
export function webhookPayload(config: Pick<WebhookConfig, 'template' | 'headers'>, notice: Notice): Rendered {
  if (config.template !== undefined)
    return renderPayload(config.template, namesOf(notice), payloadFormat(contentType(config)))
  const { at, event, ...rest } = templateValues(notice)
  const type = event === 'test' || event === 'digest' ? event : `incident.${event}`
  return { payload: JSON.stringify({ type, timestamp: at, data: rest }) }
}

const lowerCased = (all: Record<string, string>) =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]))

const contentType = ({ headers: given }: Pick<WebhookConfig, 'headers'>) =>
  lowerCased(given)['content-type'] ?? 'application/json'

const namesOf = (notice: Notice) => ({ ...notice.data, ...templateValues(notice) })

function made(rendered: Rendered): string {
  if ('payload' in rendered) return rendered.payload
  throw new DeliveryError(`The template fails: ${rendered.fault.message}`, { permanent: true })
}

/** Of "Bearer token" the token alone is a secret too; what tells of a format is none. */
const secretHeaders = (all: Record<string, string>) =>
  Object.entries(all)
    .filter(([name]) => !/^(content-type|accept|user-agent)$/i.test(name))
    .flatMap(([, value]) => [value, ...value.split(/\s+/).filter((word) => word.length >= 8)])
