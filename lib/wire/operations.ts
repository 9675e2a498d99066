import { z } from 'zod'
import { channelOperations } from './operations-channels'
import { clientOperations } from './operations-clients'
import { messageOperations } from './operations-messages'
import { routeOperations } from './operations-routes'
import { sourceOperations } from './operations-sources'
import { statusOperations } from './operations-status'
import { topologyOperations } from './operations-topology'
import * as push from './push'
import * as rest from './rest'
import * as blackouts from './rest-blackouts'
import * as imports from './rest-import'
import * as incidents from './rest-incidents'
import * as jobs from './rest-jobs'
import { UptimeAnswer, UptimeQuery } from './rest-uptime'

export type Operation = {
  summary: string
  right: 'read' | 'write' | 'admin'
  query?: z.ZodType
  body?: z.ZodType
  csv?: boolean // the body may be text/csv as well
  answer?: z.ZodType
  status?: 200 | 201 | 204
  stream?: boolean // text/event-stream by Accept
  csvAnswer?: boolean // text/csv when asked for
  standing?: boolean // 200 when it stood already
  bodyMayLack?: boolean
}
export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const made = (answer: z.ZodType) => ({ answer, status: 201 as const })
const gone = { status: 204 as const }
const { listOf } = rest

const changeApplication = { right: 'write', body: jobs.ApplicationPatch, answer: jobs.ApplicationAnswer } as const

/** Every address of the interface: who may use it, what it takes and what it answers. */
export const operations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/devices': {
    GET: { summary: 'Devices', right: 'read', query: rest.DeviceQuery, answer: listOf(rest.DeviceAnswer) },
    POST: { summary: 'Add a device', right: 'write', body: rest.DeviceInput, ...made(rest.DeviceAnswer) },
  },
  '/api/devices/{id}': {
    GET: { summary: 'A device', right: 'read', answer: rest.DeviceAnswer },
    PUT: { summary: 'Replace a device', right: 'write', body: rest.DeviceInput, answer: rest.DeviceAnswer },
    PATCH: { summary: 'Change or pause a device', right: 'write', body: rest.DevicePatch, answer: rest.DeviceAnswer },
    DELETE: { summary: 'Remove a device and its history', right: 'write', ...gone },
  },
  '/api/devices/import': {
    POST: {
      summary: 'Add or change devices by name, from a JSON array, CSV, or a list of LibreNMS, The Dude or RouterOS',
      right: 'write',
      query: imports.DeviceImportQuery,
      body: z.array(z.record(z.string(), z.unknown())),
      csv: true,
      answer: imports.DeviceImportAnswer,
    },
  },
  '/api/applications': {
    GET: {
      summary: 'Applications: the jobs that check in',
      right: 'read',
      query: jobs.ApplicationQuery,
      answer: listOf(jobs.ApplicationAnswer),
    },
    POST: {
      summary: 'Register an application',
      right: 'write',
      body: jobs.ApplicationInput,
      standing: true,
      ...made(jobs.ApplicationAnswer),
    },
  },
  '/api/applications/export': {
    GET: {
      summary: 'The whole registry, every column, with the addresses of the applications',
      right: 'write',
      query: jobs.RegistryExportQuery,
      answer: z.array(z.looseObject({})),
      csvAnswer: true,
    },
  },
  '/api/applications/import': {
    POST: {
      summary: 'Bring an export back, or the list of Healthchecks, Uptime Kuma or heartbeat.sh',
      right: 'write',
      query: jobs.RegistryImportQuery,
      body: jobs.RegistryRecords,
      csv: true,
      answer: jobs.RegistryImportAnswer,
    },
  },
  '/api/applications/{id}': {
    GET: { summary: 'An application', right: 'read', answer: jobs.ApplicationAnswer },
    PUT: { summary: 'Change an application', ...changeApplication },
    PATCH: { summary: 'The same as PUT: what is left out stays', ...changeApplication },
    DELETE: { summary: 'Remove an application and its history', right: 'write', ...gone },
  },
  '/api/applications/{id}/heartbeats': {
    GET: {
      summary: 'Heartbeats of an application, the newest first, and those that were missed',
      right: 'read',
      query: jobs.HeartbeatQuery,
      answer: listOf(jobs.HeartbeatAnswer),
    },
  },
  '/api/applications/{id}/pause': {
    POST: {
      summary: 'Expect nothing until it is resumed or, unless the pause is sticky, heard of again',
      right: 'write',
      body: jobs.PauseInput,
      bodyMayLack: true,
      answer: jobs.ApplicationAnswer,
    },
  },
  '/api/applications/{id}/resume': {
    POST: { summary: 'Expect heartbeats from now', right: 'write', answer: jobs.ApplicationAnswer },
  },
  '/api/blackouts': {
    GET: {
      summary: 'Blackouts: when nobody is told, and of what',
      right: 'read',
      query: blackouts.BlackoutQuery,
      answer: listOf(blackouts.BlackoutAnswer),
    },
    POST: {
      summary: 'Add a blackout',
      right: 'write',
      body: blackouts.BlackoutInput,
      ...made(blackouts.BlackoutAnswer),
    },
  },
  '/api/blackouts/{id}': {
    GET: { summary: 'A blackout', right: 'read', answer: blackouts.BlackoutAnswer },
    PUT: {
      summary: 'Replace a blackout',
      right: 'write',
      body: blackouts.BlackoutInput,
      answer: blackouts.BlackoutAnswer,
    },
    PATCH: {
      summary: 'Change a blackout: what is left out stays',
      right: 'write',
      body: blackouts.BlackoutPatch,
      answer: blackouts.BlackoutAnswer,
    },
    DELETE: { summary: 'Remove a blackout as if it had never been', right: 'write', ...gone },
  },
  '/api/blackouts/{id}/end': {
    POST: {
      summary: 'End a blackout now: what is still dark is told',
      right: 'write',
      answer: blackouts.BlackoutAnswer,
    },
  },
  ...channelOperations,
  ...messageOperations,
  ...clientOperations,
  ...routeOperations,
  ...statusOperations,
  ...sourceOperations,
  ...topologyOperations,
  '/api/sites': {
    GET: { summary: 'Sites', right: 'read', query: rest.PageQuery, answer: listOf(rest.SiteAnswer) },
    POST: { summary: 'Add a site', right: 'write', body: rest.SiteInput, ...made(rest.SiteAnswer) },
  },
  '/api/sites/{id}': {
    GET: { summary: 'A site', right: 'read', answer: rest.SiteAnswer },
    PUT: { summary: 'Replace a site', right: 'write', body: rest.SiteInput, answer: rest.SiteAnswer },
    PATCH: { summary: 'Change a site', right: 'write', body: rest.SitePatch, answer: rest.SiteAnswer },
    DELETE: { summary: 'Remove a site; its devices stay', right: 'write', ...gone },
  },
  '/api/probes': {
    GET: { summary: 'Probes', right: 'read', query: rest.PageQuery, answer: listOf(rest.ProbeAnswer) },
    POST: { summary: 'Add a probe', right: 'admin', body: rest.ProbeInput, ...made(rest.ProbeMade) },
  },
  '/api/probes/{id}': {
    GET: { summary: 'A probe', right: 'read', answer: rest.ProbeAnswer },
    PATCH: { summary: 'Change a probe', right: 'admin', body: rest.ProbePatch, answer: rest.ProbeAnswer },
    DELETE: { summary: 'Remove a probe', right: 'admin', ...gone },
  },
  '/api/outages': {
    GET: { summary: 'Outages', right: 'read', query: rest.OutageQuery, answer: listOf(rest.OutageAnswer) },
  },
  '/api/uptime': {
    GET: {
      summary: 'Uptime by day, week or month: the mean, its distribution, the worst and each site',
      right: 'read',
      query: UptimeQuery,
      answer: UptimeAnswer,
      csvAnswer: true,
    },
  },
  '/api/outages/{id}': { GET: { summary: 'An outage', right: 'read', answer: rest.OutageAnswer } },
  '/api/incidents': {
    GET: { summary: 'Incidents', right: 'read', query: rest.IncidentQuery, answer: listOf(rest.IncidentAnswer) },
  },
  '/api/incidents/{id}': { GET: { summary: 'An incident', right: 'read', answer: rest.IncidentDetail } },
  '/api/incidents/{id}/acknowledge': {
    POST: { summary: 'Take an incident on', right: 'write', answer: rest.IncidentDetail },
    DELETE: { summary: 'Take that back: nobody is on it', right: 'write', answer: rest.IncidentDetail },
  },
  '/api/incidents/{id}/assign': {
    POST: {
      summary: 'Hand an incident to an operator',
      right: 'write',
      body: incidents.AssignInput,
      answer: rest.IncidentDetail,
    },
  },
  '/api/incidents/{id}/resolve': {
    POST: {
      summary: 'End an incident by hand: its outages go on being measured, and nobody is told of them again',
      right: 'write',
      body: incidents.ReasonInput,
      bodyMayLack: true,
      answer: rest.IncidentDetail,
    },
  },
  '/api/incidents/{id}/snooze': {
    POST: {
      summary: 'Tell nobody anything new of an incident for a while',
      right: 'write',
      body: incidents.SnoozeInput,
      answer: rest.IncidentDetail,
    },
  },
  '/api/incidents/{id}/mute': {
    POST: {
      summary: 'Mute an incident, for everyone or for some channels',
      right: 'write',
      body: incidents.MuteInput,
      answer: rest.IncidentDetail,
    },
  },
  '/api/incidents/{id}/note': {
    POST: { summary: 'Add a note', right: 'write', body: rest.NoteInput, ...made(rest.IncidentDetail) },
  },
  '/api/incidents/{id}/decisions': {
    GET: {
      summary: 'Who was told, and why',
      right: 'read',
      query: rest.PageQuery,
      answer: listOf(rest.DecisionAnswer),
    },
  },
  '/api/notices': {
    GET: {
      summary: 'Messages of an incident',
      right: 'read',
      query: rest.NoticeQuery,
      answer: listOf(rest.NoticeAnswer),
    },
  },
  '/api/events': {
    GET: {
      summary: 'The event log',
      right: 'read',
      query: rest.EventsQuery,
      answer: listOf(rest.EventAnswer),
      stream: true,
    },
  },
  '/api/users': {
    GET: { summary: 'Users', right: 'admin', query: rest.PageQuery, answer: listOf(rest.UserAnswer) },
    POST: { summary: 'Add a user', right: 'admin', body: rest.UserInput, ...made(rest.UserAnswer) },
  },
  '/api/users/{id}': {
    GET: { summary: 'A user', right: 'admin', answer: rest.UserAnswer },
    PATCH: { summary: 'Change a user', right: 'admin', body: rest.UserPatch, answer: rest.UserAnswer },
    DELETE: { summary: 'Remove a user', right: 'admin', ...gone },
  },
  '/api/keys': {
    GET: { summary: 'API keys', right: 'admin', query: rest.PageQuery, answer: listOf(rest.KeyAnswer) },
    POST: { summary: 'Make an API key', right: 'admin', body: rest.KeyInput, ...made(rest.KeyMade) },
  },
  '/api/keys/{id}': {
    GET: { summary: 'An API key', right: 'admin', answer: rest.KeyAnswer },
    PATCH: { summary: 'Change an API key', right: 'admin', body: rest.KeyPatch, answer: rest.KeyAnswer },
    DELETE: { summary: 'Remove an API key', right: 'admin', ...gone },
  },
  '/api/settings/isolation': {
    GET: {
      summary: 'When a device is down, unless its site or itself says otherwise',
      right: 'read',
      answer: rest.IsolationAnswer,
    },
    PUT: { summary: 'Set that rule', right: 'write', body: rest.IsolationInput, answer: rest.IsolationAnswer },
  },
  '/api/push/key': {
    GET: {
      summary: 'The VAPID key that browsers subscribe with',
      right: 'read',
      answer: z.object({ public_key: z.string() }),
    },
  },
  '/api/push/subscriptions': {
    GET: { summary: 'Your push devices', right: 'read', answer: listOf(push.PushDeviceAnswer) },
    POST: {
      summary: 'A browser says how it stands: one device a browser, however often',
      right: 'read',
      body: push.PushSubscriptionInput,
      answer: push.PushSubscriptionAnswer,
    },
  },
  '/api/push/subscriptions/{id}': {
    PATCH: {
      summary: 'Rename a push device of yours',
      right: 'read',
      body: push.PushDevicePatch,
      answer: z.object({ id: rest.Id, name: z.string() }),
    },
    DELETE: { summary: 'Take a push device of yours off the list', right: 'read', ...gone },
  },
  '/api/push/subscriptions/{id}/test': {
    POST: { summary: 'Send a visible test to a push device of yours', right: 'read', answer: push.PushTestAnswer },
    GET: { summary: 'How far that test came', right: 'read', query: push.TestQuery, answer: push.PushTestAnswer },
  },
  '/api/openapi.json': { GET: { summary: 'This description', right: 'read', answer: z.looseObject({}) } },
}
