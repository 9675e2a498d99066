import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BadgeStyle, badgeStyles, badgeSvg } from '@/lib/domain/badge'
import { type ScriptEnding, scriptlet } from '@/lib/domain/scriptlets'
import { slugOf } from '@/lib/domain/slug'
import { snippet } from '@/lib/domain/snippets'
import { env } from '@/lib/env'
import { lastBeats, type StoredBeat } from '@/lib/store/beats'
import { findJobIdByKey } from '@/lib/store/job-pages'
import { findJob, findJobByUuid, type Job } from '@/lib/store/jobs'
import { within } from './within'

const shownBeats = 36
const heldForMs = 5000
const mostHeld = 2000
const databaseMs = 8000
const badgePath = /^\/badge\/([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})\.(svg|json)$/i
const scriptPath =
  /^\/heartbeat\/([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})\/(?:script\.(sh|ps1|py|rsc)|(crontab))$/i

type Shown = { job: Job; beats: StoredBeat[] } | null
const held = new Map<string, { at: number; shown: Promise<Shown> }>()

/** A job by its badge key or its uuid; the database is asked once in 5 s for the same one, as a README is read by many. */
function shownJob(key: string): Promise<Shown> {
  const known = held.get(key)
  if (known && Date.now() - known.at < heldForMs) return known.shown
  held.delete(key)
  if (held.size >= mostHeld) held.delete(held.keys().next().value ?? '')
  const shown = within(databaseMs, readShown(key))
  held.set(key, { at: Date.now(), shown })
  shown.catch(() => held.delete(key))
  return shown
}

async function readShown(key: string): Promise<Shown> {
  const id = await findJobIdByKey(key)
  const job = id === null ? null : await findJob(id)
  return job && { job, beats: (await lastBeats([job.id], shownBeats)).get(job.id) ?? [] }
}

/** Answers /badge/{badge key or uuid}.svg and .json; false for a path that is none of these. */
export async function answerBadge(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
  const [, key, ending] = badgePath.exec(path) ?? []
  if (!key || !ending) return false
  if (refuseMethod(request, response)) return true
  const shown = await shownJob(key.toLowerCase())
  // Pictures are shown by other sites, and opened by themselves: then their own styles may not be refused.
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('cross-origin-resource-policy', 'cross-origin')
  response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
  response.setHeader('cache-control', 'public, max-age=30, stale-while-revalidate=60')
  if (!shown) return send(request, response, 404, 'text/plain; charset=utf-8', 'No job has this badge\n')
  if (ending.toLowerCase() === 'json') return send(request, response, 200, 'application/json', json(shown))
  const asked = new URLSearchParams((request.url ?? '').split('?')[1]).get('style') ?? 'flat'
  const style = badgeStyles.find((one) => one === asked)
  if (!style) {
    const expected = `style: found ${JSON.stringify(asked.slice(0, 40))}, expected ${badgeStyles.join(' or ')}\n`
    return send(request, response, 400, 'text/plain; charset=utf-8', expected)
  }
  return send(request, response, 200, 'image/svg+xml; charset=utf-8', svg(shown, style))
}

const svg = ({ job, beats }: NonNullable<Shown>, style: BadgeStyle) =>
  badgeSvg(
    { name: job.name, status: job.status, beats: beats.map((beat) => ({ ...beat, at: beat.at.getTime() })) },
    style,
  )

const colours: Record<string, string> = {
  up: 'brightgreen',
  late: 'orange',
  down: 'red',
  unreachable: 'red',
  new: 'blue',
}

/** As shields.io takes an endpoint, and with what a page of one's own would draw. */
function json({ job, beats }: NonNullable<Shown>): string {
  return JSON.stringify({
    schemaVersion: 1,
    label: job.name,
    message: job.status,
    color: colours[job.status] ?? 'lightgrey',
    name: job.name,
    status: job.status,
    status_since: job.statusSince.toISOString(),
    running: job.running,
    last_heartbeat_at: job.lastBeatAt?.toISOString() ?? null,
    due_at: job.dueAt?.toISOString() ?? null,
    beats: beats.map(({ at, signal, timing, durationMs }) => ({
      at: at.toISOString(),
      signal,
      timing,
      duration_ms: durationMs,
    })),
  })
}

const fileTypes: Record<ScriptEnding | 'crontab', string> = {
  sh: 'text/x-shellscript',
  ps1: 'text/plain',
  py: 'text/x-python',
  rsc: 'text/plain',
  crontab: 'text/plain',
}

/** Answers /heartbeat/{uuid}/script.{sh,ps1,py,rsc} and /crontab; false for a path that is none of these. */
export async function answerScript(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
  const [, uuid, ending, crontab] = scriptPath.exec(path) ?? []
  if (!uuid) return false
  if (refuseMethod(request, response)) return true
  response.setHeader('cache-control', 'private, no-store')
  const job = await within(databaseMs, findJobByUuid(uuid))
  if (!job) return send(request, response, 404, 'text/plain; charset=utf-8', 'not found\n')
  const of = { url: `${env().siteUrl}/heartbeat/${job.uuid}`, name: job.name, schedule: job.schedule }
  const kind = crontab ? 'crontab' : ((ending ?? 'sh').toLowerCase() as ScriptEnding)
  if (kind !== 'crontab') {
    response.setHeader('content-disposition', `attachment; filename="${slugOf(job.name).slice(0, 60)}.${kind}"`)
  }
  const text = kind === 'crontab' ? snippet('crontab', of) : scriptlet(kind, of)
  return send(request, response, 200, `${fileTypes[kind]}; charset=utf-8`, text)
}

function refuseMethod(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  response.setHeader('allow', 'GET, HEAD')
  return send(request, response, 405, 'text/plain; charset=utf-8', 'expected GET or HEAD\n')
}

/** Sends a text with its ETag, or 304 to who has it already. Always true. */
function send(request: IncomingMessage, response: ServerResponse, status: number, type: string, text: string): true {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  const has = request.headers['if-none-match']?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
  if (status === 200) response.setHeader('etag', tag)
  if (status === 200 && has) {
    response.writeHead(304).end()
    return true
  }
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(request.method === 'HEAD' ? undefined : text)
  return true
}
