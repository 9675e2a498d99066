import { Liquid, LiquidError } from 'liquidjs'
import type { Notice } from '@/lib/domain/notice'

export type PayloadFormat = 'json' | 'form' | 'markup' | 'text'

/** What makes a template unusable: in words, with line and column where they are known (from 1). */
export type TemplateFault = { message: string; line: number | null; column: number | null }
export type Rendered = { payload: string } | { fault: TemplateFault }

/** How a payload's values are escaped, by its content type. */
export function payloadFormat(contentType: string): PayloadFormat {
  if (/[/+]json\b/i.test(contentType)) return 'json'
  if (/x-www-form-urlencoded/i.test(contentType)) return 'form'
  return /[/+](xml|html)\b/i.test(contentType) ? 'markup' : 'text'
}

/** What templates of payloads and addresses may name: the notice in snake_case, and its `data`. */
export function templateValues(notice: Notice): Record<string, unknown> {
  const { acknowledgeUrl, beganAt, endedAt, incidentId, ...same } = notice
  return { ...same, acknowledge_url: acknowledgeUrl, began_at: beganAt, ended_at: endedAt, incident_id: incidentId }
}

/** Tells what is wrong with a template's syntax, or null. */
export function templateFault(template: string): TemplateFault | null {
  try {
    engines.text.parse(template)
    return null
  } catch (error) {
    return faultOf(error)
  }
}

/**
 * The payload of a template. Every value is escaped for the format, so that inside quotes any name is safe; `| json` gives a
 * whole JSON value. JSON is read once more, so that nothing broken is sent.
 */
export function renderPayload(template: string, values: Record<string, unknown>, format: PayloadFormat): Rendered {
  try {
    const payload: string = engines[format].parseAndRenderSync(template, values)
    return format === 'json' ? jsonOrFault(payload) : { payload }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

const inMarkup: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapes: Record<PayloadFormat, (value: unknown) => string> = {
  json: (value) => (typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : plain(value)),
  form: (value) => encodeURIComponent(plain(value).replace(/\p{Surrogate}/gu, '\ufffd')),
  markup: (value) => plain(value).replace(/[&<>"']/g, (mark) => inMarkup[mark] ?? mark),
  text: (value) => plain(value),
}
const plain = (value: unknown) => {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : `${value}`
}

function engineFor(format: PayloadFormat): Liquid {
  const engine = new Liquid({
    outputEscape: escapes[format],
    ownPropertyOnly: true,
    strictFilters: true,
    templates: {}, // includes find nothing, and above all no file
    parseLimit: 100_000,
    renderLimit: 500,
    memoryLimit: 10_000_000,
  })
  engine.registerFilter('json', { raw: true, handler: (value: unknown) => JSON.stringify(value ?? null) })
  return engine
}
const engines = {
  json: engineFor('json'),
  form: engineFor('form'),
  markup: engineFor('markup'),
  text: engineFor('text'),
}

function jsonOrFault(payload: string): Rendered {
  try {
    JSON.parse(payload)
    return { payload }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON'
    return { fault: { message: `What the template makes is not JSON: ${reason}`, line: null, column: null } }
  }
}

function faultOf(error: unknown): TemplateFault {
  if (!LiquidError.is(error))
    return { message: error instanceof Error ? error.message : 'broken', line: null, column: null }
  const [line, column] = error.token?.getPosition() ?? []
  return { message: error.message, line: line ?? null, column: column ?? null }
}
