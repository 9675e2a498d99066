import type { Operation, Verb } from './operations'
import * as rest from './rest'
import * as sources from './rest-sources'

/** Sources of sites, devices and clients. */
export const sourceOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/sources': {
    GET: {
      summary: 'Sources by name; what opens them is never returned',
      right: 'read',
      query: rest.PageQuery,
      answer: rest.listOf(sources.SourceAnswer),
    },
    POST: {
      summary: 'Add a source, to be read at once',
      right: 'write',
      body: sources.SourceInput,
      answer: sources.SourceAnswer,
      status: 201,
    },
  },
  '/api/sources/test': {
    POST: {
      summary: 'Try a connection before it is kept',
      right: 'write',
      body: sources.SourceTestInput,
      answer: sources.SourceTestAnswer,
    },
  },
  '/api/sources/{id}': {
    GET: { summary: 'A source', right: 'read', answer: sources.SourceAnswer },
    PUT: {
      summary: 'Replace a source; secrets said as "********" stay',
      right: 'write',
      body: sources.SourceInput,
      answer: sources.SourceAnswer,
    },
    PATCH: {
      summary: 'Change a source: what is left out stays',
      right: 'write',
      body: sources.SourcePatch,
      answer: sources.SourceAnswer,
    },
    DELETE: { summary: 'Remove a source; what it brought stays', right: 'write', status: 204 },
  },
  '/api/sources/{id}/sync': {
    POST: { summary: 'Read a source now', right: 'write', answer: sources.SourceRunAnswer },
  },
  '/api/sources/{id}/bring-back': {
    POST: {
      summary: 'Forget what was removed here by hand: the next reading brings back what the source lists',
      right: 'write',
      answer: sources.SourceAnswer,
    },
  },
  '/api/sources/{id}/runs': {
    GET: {
      summary: 'Readings of a source, the newest first: what they changed, or why they failed',
      right: 'read',
      query: rest.PageQuery,
      answer: rest.listOf(sources.SourceRunAnswer),
    },
  },
  '/api/sources/{id}/runs/{run}': {
    GET: { summary: 'A reading of a source', right: 'read', answer: sources.SourceRunAnswer },
  },
  '/api/sources/{id}/runs/{run}/apply': {
    POST: {
      summary: 'Write what a reading would change; what was edited here since stays',
      right: 'write',
      answer: sources.SourceRunAnswer,
    },
  },
  '/api/sources/{id}/runs/{run}/dismiss': {
    POST: {
      summary: 'Want none of it, and not be shown the same again',
      right: 'write',
      answer: sources.SourceRunAnswer,
    },
  },
}
