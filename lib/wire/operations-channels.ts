import type { Operation, Verb } from './operations'
import * as rest from './rest'
import * as channels from './rest-channels'

/** Channels: the ways to tell someone. */
export const channelOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/channels': {
    GET: {
      summary: 'Channels: the ways to tell someone',
      right: 'read',
      query: channels.ChannelQuery,
      answer: rest.listOf(channels.ChannelAnswer),
    },
    POST: {
      summary: 'Add a channel',
      right: 'write',
      body: channels.ChannelInput,
      answer: channels.ChannelAnswer,
      status: 201,
    },
  },
  '/api/channels/{id}': {
    GET: { summary: 'A channel', right: 'read', answer: channels.ChannelAnswer },
    PUT: {
      summary: 'Replace a channel',
      right: 'write',
      body: channels.ChannelInput,
      answer: channels.ChannelAnswer,
    },
    PATCH: {
      summary: 'Change a channel: what is left out stays',
      right: 'write',
      body: channels.ChannelPatch,
      answer: channels.ChannelAnswer,
    },
    DELETE: {
      summary: 'Remove a channel; what escalates to it then escalates to where it did',
      right: 'write',
      status: 204,
    },
  },
  '/api/channels/{id}/test': {
    POST: { summary: 'Send a test now: what was really answered', right: 'write', answer: channels.ChannelTest },
  },
}
