import type { Operation, Verb } from './operations'
import * as rest from './rest'
import * as messages from './rest-messages'

/** Messages to the clients behind an incident. */
export const messageOperations: Record<string, Partial<Record<Verb, Operation>>> = {
  '/api/messages': {
    GET: {
      summary: 'Messages to clients, the newest first',
      right: 'read',
      query: messages.MessageQuery,
      answer: rest.listOf(messages.MessageAnswer),
    },
    POST: {
      summary: 'Tell the clients that an incident cuts off: a draft, now, or after a wait and only if still cut off',
      right: 'write',
      body: messages.MessageInput,
      answer: messages.MessageAnswer,
      status: 201,
    },
  },
  '/api/messages/preview': {
    POST: {
      summary: 'Whom a message would go to, what each would read, what it would cost; nothing is sent',
      right: 'write',
      body: messages.PreviewInput,
      answer: messages.PreviewAnswer,
    },
  },
  '/api/messages/{id}': { GET: { summary: 'A message', right: 'read', answer: messages.MessageAnswer } },
  '/api/messages/{id}/recipients': {
    GET: {
      summary: 'Each client of a message: told how, or left out why',
      right: 'read',
      query: messages.RecipientQuery,
      answer: rest.listOf(messages.RecipientAnswer),
    },
  },
  '/api/messages/{id}/send': {
    POST: {
      summary: 'Send a draft, or one that waits, now or after so many minutes from now',
      right: 'write',
      body: messages.MessageSend,
      bodyMayLack: true,
      answer: messages.MessageAnswer,
    },
  },
  '/api/messages/{id}/cancel': {
    POST: { summary: 'Tell nobody more by it', right: 'write', answer: messages.MessageAnswer },
  },
}
