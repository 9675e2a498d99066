import { z } from 'zod'
import type { Operation, Verb } from './operations'
import * as rest from './rest'
import * as clients from './rest-clients'

/** The addresses that are about clients. */
export const clientOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/clients': {
    GET: {
      summary: 'Clients, with how each is served now',
      right: 'read',
      query: clients.ClientQuery,
      answer: rest.listOf(clients.ClientAnswer),
    },
    POST: {
      summary: 'Add a client',
      right: 'write',
      body: clients.ClientInput,
      answer: clients.ClientAnswer,
      status: 201,
    },
  },
  '/api/clients/{id}': {
    GET: { summary: 'A client', right: 'read', answer: clients.ClientAnswer },
    PUT: {
      summary: 'Replace a client; its devices stay unless they are named',
      right: 'write',
      body: clients.ClientInput,
      answer: clients.ClientAnswer,
    },
    PATCH: {
      summary: 'Change a client: what is left out stays',
      right: 'write',
      body: clients.ClientPatch,
      answer: clients.ClientAnswer,
    },
    DELETE: { summary: 'Remove a client; its devices stay, without one', right: 'write', status: 204 },
  },
  '/api/clients/{id}/merge': {
    POST: {
      summary: 'Make another client part of this one',
      right: 'write',
      body: clients.ClientMerge,
      answer: clients.MergeAnswer,
    },
  },
  '/api/clients/import': {
    POST: {
      summary: 'Add or change clients by number or name, from a JSON array or CSV',
      right: 'write',
      query: clients.ClientImportQuery,
      body: z.array(z.record(z.string(), z.unknown())),
      csv: true,
      answer: clients.ClientImportAnswer,
    },
  },
}
