import type { Operation, Verb } from './operations'
import { listOf } from './rest'
import * as routes from './rest-routes'

/** The addresses under /api/routes. */
export const routeOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/routes': {
    GET: {
      summary: 'Routes: which incidents lead to which channels',
      right: 'read',
      query: routes.RouteQuery,
      answer: listOf(routes.RouteAnswer),
    },
    POST: { summary: 'Add a route', right: 'write', body: routes.RouteInput, answer: routes.RouteAnswer, status: 201 },
  },
  '/api/routes/{id}': {
    GET: { summary: 'A route', right: 'read', answer: routes.RouteAnswer },
    PUT: { summary: 'Replace a route', right: 'write', body: routes.RouteInput, answer: routes.RouteAnswer },
    PATCH: {
      summary: 'Change a route: what is left out stays',
      right: 'write',
      body: routes.RoutePatch,
      answer: routes.RouteAnswer,
    },
    DELETE: { summary: 'Remove a route; without any, everyone is told', right: 'write', status: 204 },
  },
  '/api/routes/priority': {
    GET: {
      summary: 'The expression that says how urgent an incident is',
      right: 'read',
      answer: routes.PriorityAnswer,
    },
    PUT: {
      summary: 'Save another expression',
      right: 'write',
      body: routes.PriorityInput,
      answer: routes.PriorityAnswer,
    },
  },
  '/api/routes/priority/preview': {
    GET: {
      summary: 'What the incidents of the last days would have been by an expression',
      right: 'read',
      query: routes.PreviewQuery,
      answer: routes.PreviewAnswer,
    },
  },
  '/api/routes/replay': {
    POST: {
      summary:
        'What if: which notices would have come, gone or moved under other rules, and how long outages had been unknown',
      right: 'write',
      body: routes.ReplayInput,
      answer: routes.ReplayAnswer,
    },
  },
}
