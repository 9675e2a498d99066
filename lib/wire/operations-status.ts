import type { Operation, Verb } from './operations'
import * as rest from './rest'
import * as status from './rest-status'

/** The addresses that are about what customers read. */
export const statusOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/status-pages': {
    GET: {
      summary: 'Status pages: what customers read',
      right: 'read',
      query: rest.PageQuery,
      answer: rest.listOf(status.StatusPageAnswer),
    },
    POST: {
      summary: 'Add a status page',
      right: 'write',
      body: status.StatusPageInput,
      answer: status.StatusPageAnswer,
      status: 201,
    },
  },
  '/api/status-pages/{id}': {
    GET: { summary: 'A status page', right: 'read', answer: status.StatusPageAnswer },
    PUT: {
      summary: 'Replace a status page; its subscribers stay',
      right: 'write',
      body: status.StatusPageInput,
      answer: status.StatusPageAnswer,
    },
    PATCH: {
      summary: 'Change a status page: what is left out stays',
      right: 'write',
      body: status.StatusPagePatch,
      answer: status.StatusPageAnswer,
    },
    DELETE: { summary: 'Remove a status page and forget its subscribers', right: 'write', status: 204 },
  },
  '/api/incidents/{id}/updates': {
    GET: { summary: 'What was said to the public of an incident', right: 'read', answer: status.StatusUpdates },
    POST: {
      summary: 'Say something of an incident on the status pages that show it, and to their subscribers',
      right: 'write',
      body: status.StatusUpdateInput,
      answer: status.StatusUpdateAnswer,
      status: 201,
    },
  },
  '/api/clients/{id}/status-link': {
    POST: {
      summary:
        "Make the link to a client's own status page; the one before is void, and who subscribed by it forgotten",
      right: 'write',
      answer: status.ClientLinkAnswer,
      status: 201,
    },
    DELETE: { summary: "Take the link to a client's own status page back", right: 'write', status: 204 },
  },
}
