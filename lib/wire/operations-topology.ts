import type { Operation, Verb } from './operations'
import * as rest from './rest'
import * as discoveries from './rest-discoveries'
import * as facts from './rest-facts'
import * as snmp from './rest-snmp'

/** SNMP, discovery and what hangs on what. */
export const topologyOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/snmp-profiles': {
    GET: {
      summary: 'SNMP profiles in the order in which they are tried; what opens devices is never returned',
      right: 'read',
      query: rest.PageQuery,
      answer: rest.listOf(snmp.SnmpProfileAnswer),
    },
    POST: {
      summary: 'Add an SNMP profile',
      right: 'write',
      body: snmp.SnmpProfileInput,
      answer: snmp.SnmpProfileAnswer,
      status: 201,
    },
  },
  '/api/snmp-profiles/{id}': {
    GET: { summary: 'An SNMP profile', right: 'read', answer: snmp.SnmpProfileAnswer },
    PUT: {
      summary: 'Replace an SNMP profile; secrets left out stay',
      right: 'write',
      body: snmp.SnmpProfilePatch,
      answer: snmp.SnmpProfileAnswer,
    },
    PATCH: {
      summary: 'Change an SNMP profile: what is left out stays',
      right: 'write',
      body: snmp.SnmpProfilePatch,
      answer: snmp.SnmpProfileAnswer,
    },
    DELETE: {
      summary: 'Remove an SNMP profile; devices and sites that name it inherit from then on',
      right: 'write',
      status: 204,
    },
  },
  '/api/discoveries': {
    GET: {
      summary: 'Discoveries, the newest first',
      right: 'read',
      query: rest.PageQuery,
      answer: rest.listOf(discoveries.DiscoveryAnswer),
    },
    POST: {
      summary: 'Have a probe search for devices',
      right: 'write',
      body: discoveries.DiscoveryInput,
      answer: discoveries.DiscoveryAnswer,
      status: 201,
    },
  },
  '/api/discoveries/{id}': {
    GET: { summary: 'A discovery, and how far it came', right: 'read', answer: discoveries.DiscoveryAnswer },
    DELETE: { summary: 'Forget a discovery; what was accepted stays', right: 'write', status: 204 },
  },
  '/api/discoveries/{id}/cancel': {
    POST: { summary: 'End a discovery; what it found stays', right: 'write', answer: discoveries.DiscoveryAnswer },
  },
  '/api/discoveries/{id}/found': {
    GET: {
      summary: 'What a discovery found, with the name, role and upstream suggested',
      right: 'read',
      query: discoveries.FoundQuery,
      answer: rest.listOf(discoveries.FoundAnswer),
    },
  },
  '/api/discoveries/{id}/accept': {
    POST: {
      summary: 'Watch what was found: all of it, or some under names and roles of your own',
      right: 'write',
      body: discoveries.AcceptInput,
      answer: discoveries.AcceptAnswer,
    },
  },
  '/api/discoveries/{id}/dismiss': {
    POST: {
      summary: 'Want none of these',
      right: 'write',
      body: discoveries.DismissInput,
      answer: discoveries.DismissAnswer,
    },
  },
  '/api/devices/{id}/facts': {
    GET: {
      summary: 'What SNMP knows of a device: its last walk whole, and every way up that is known',
      right: 'read',
      answer: facts.FactsAnswer,
    },
  },
  '/api/devices/{id}/walk': {
    POST: { summary: 'Walk a device now', right: 'write', answer: facts.WalkAnswer },
  },
  '/api/suggestions': {
    GET: {
      summary: 'What the graph would say otherwise than it does',
      right: 'read',
      query: facts.SuggestionQuery,
      answer: rest.listOf(facts.SuggestionAnswer),
    },
  },
  '/api/suggestions/{id}/accept': {
    POST: { summary: 'Follow a suggestion', right: 'write', answer: facts.SuggestionAnswer },
  },
  '/api/suggestions/{id}/dismiss': {
    POST: { summary: 'Leave it as it is, and do not say so again', right: 'write', answer: facts.SuggestionAnswer },
  },
  '/api/settings/discovery': {
    GET: { summary: 'The ranges that a discovery may look at', right: 'read', answer: discoveries.RangesAnswer },
    PUT: {
      summary: 'Set those ranges',
      right: 'admin',
      body: discoveries.RangesInput,
      answer: discoveries.RangesAnswer,
    },
  },
}
