import { createConnection, type Socket } from 'node:net'
import nodemailer, { type SendMailOptions } from 'nodemailer'
import type SMTPTransport from 'nodemailer/lib/smtp-transport'
import { cleanLine, cutText } from '@/lib/domain/cut-text'
import { DeliveryError } from './delivery-error'
import { hideSecrets } from './hide-secrets'

/**
 * tls: `auto` encrypts where it can, and never sends a password without a certificate that holds; `verified` wants one
 * always, `unverified` any, `none` not even tries. implicitTls: encrypted from the first byte, as on port 465.
 */
export type SmtpServer = {
  host: string
  port: number
  implicitTls: boolean
  username: string | null
  password: string | null
  tls: 'auto' | 'verified' | 'unverified' | 'none'
}

export type Accepted = { response: string; rejected: string[] }

const quietMs = 10_000
const mostMs = 30_000
const mostBytes = 262_144

/** Hands one mail to a server at `address`, which `host` leads to. Throws a DeliveryError that says whether to try again. */
export async function submitMail(
  server: SmtpServer,
  address: string,
  mail: SendMailOptions,
  signal: AbortSignal,
): Promise<Accepted> {
  const deadline = AbortSignal.timeout(mostMs)
  const stopped = AbortSignal.any([signal, deadline])
  const socket = createConnection({ host: address, port: server.port })
  const guard = setInterval(() => {
    if (socket.bytesRead > mostBytes) socket.destroy(new Error('The mail server does not stop talking'))
  }, 100)
  try {
    await within(stopped, connected(socket))
    const sent = nodemailer.createTransport(transportOf(server, socket)).sendMail(mail)
    const { response, rejected } = await within(stopped, sent)
    return { response, rejected: rejected.map((to) => (typeof to === 'string' ? to : to.address)) }
  } catch (error) {
    throw smtpFailure(error, server, { stopped: signal.aborted, late: deadline.aborted })
  } finally {
    clearInterval(guard)
    socket.on('error', () => {}) // what a connection says after its mail is of no use
    socket.destroy()
  }
}

function transportOf(server: SmtpServer, connection: Socket): SMTPTransport.Options {
  const { host, port, implicitTls, username, password, tls } = server
  const checked = tls === 'verified' || (tls === 'auto' && (username !== null || implicitTls))
  return {
    host,
    port,
    connection,
    secure: implicitTls,
    ignoreTLS: tls === 'none',
    requireTLS: checked || tls === 'unverified',
    tls: { rejectUnauthorized: checked },
    ...(username === null ? {} : { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: quietMs,
    greetingTimeout: quietMs,
    socketTimeout: quietMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(quietMs, () => socket.destroy(new Error('No connection in time')))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeListener('error', reject)
      resolve()
    })
  })
}

async function within<T>(stopped: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {}
  const stopping = new Promise<never>((_, reject) => {
    stop = () => reject(stopped.reason)
    if (stopped.aborted) stop()
    else stopped.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, stopping])
  } finally {
    stopped.removeEventListener('abort', stop)
    work.catch(() => {}) // it ends by itself when its socket is gone
  }
}

type SmtpError = {
  message: string
  code?: string
  response?: string
  responseCode?: number
  rejectedErrors?: SmtpError[]
}
// https://nodemailer.com/errors: what another try cannot mend. With an answer its class counts: 4xx is later, 5xx is never.
const hopeless = new Set(['EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'EREQUIRETLS', 'EMESSAGE', 'EENVELOPE', 'ECONFIG'])

function smtpFailure(error: unknown, server: SmtpServer, ending: { stopped: boolean; late: boolean }): DeliveryError {
  const { host, username, password } = server
  const shown = (words: string) => cutText(cleanLine(hideSecrets(words, secretsOf(username, password))), 400)
  if (ending.stopped) return new DeliveryError('Given up before an answer came', { permanent: false })
  if (ending.late) return new DeliveryError(`No answer from ${host} in ${mostMs / 1000} s`, { permanent: false })
  if (!(error instanceof Error)) return new DeliveryError(`No answer from ${host}`, { permanent: false })
  const { code = '', response, responseCode, rejectedErrors = [] }: SmtpError = error
  const codes = [responseCode, ...rejectedErrors.map((one) => one.responseCode)].filter((one) => one !== undefined)
  if (response === undefined || codes.length === 0)
    return new DeliveryError(shown(`No mail through ${host}: ${error.message}`), { permanent: hopeless.has(code) })
  return new DeliveryError(shown(`${host} answered ${response}`), {
    permanent: codes.every((one) => one >= 500),
    status: codes[0] ?? null,
  })
}

/** AUTH PLAIN sends both in one. */
function secretsOf(username: string | null, password: string | null): string[] {
  if (password === null) return []
  return [password, Buffer.from(`\0${username ?? ''}\0${password}`).toString('base64')]
}
