import { ImapFlow } from 'imapflow'
import type { MailFound } from '@/lib/domain/check-verdicts'
import { cleanLine, cutText } from '@/lib/domain/cut-text'
import type { Mailbox } from '@/lib/domain/imap-url'
import { hideSecrets } from './hide-secrets'

const mostMs = 45_000
const mostBytes = 1_048_576

/**
 * Looks for the mail with `token` in its subject, in the mailbox's folder and then among the junk, and removes it. Never
 * throws: what keeps it from reading is an answer too. The mailbox is the house's own, so it may have any address.
 */
export async function takeMail(mailbox: Mailbox, token: string, signal: AbortSignal): Promise<MailFound> {
  const client = new ImapFlow(optionsOf(mailbox))
  const stopped = AbortSignal.any([signal, AbortSignal.timeout(mostMs)])
  const stop = () => client.close()
  stopped.addEventListener('abort', stop, { once: true })
  let broken: unknown
  client.on('error', (error) => {
    broken ??= error // a connection that breaks says so here as well
  })
  try {
    stopped.throwIfAborted()
    await client.connect()
    return await lookFor(client, mailbox.folder, token)
  } catch (error) {
    const why = stopped.aborted ? `no answer from ${mailbox.host} in ${mostMs / 1000} s` : reasonOf(error, broken)
    return { is: 'unreadable', why: cutText(cleanLine(hideSecrets(why, [mailbox.password])), 300) }
  } finally {
    stopped.removeEventListener('abort', stop)
    client.close()
  }
}

function optionsOf({ host, port, implicitTls, tls, username, password }: Mailbox) {
  return {
    host,
    port,
    secure: implicitTls,
    // With true the password is never sent in clear: a server that cannot encrypt is an error.
    ...(implicitTls ? {} : { doSTARTTLS: tls !== 'none' }),
    tls: { rejectUnauthorized: tls === 'verified' },
    auth: { user: username, pass: password },
    logger: false as const,
    disableAutoIdle: true,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    maxLineLength: mostBytes,
    maxLiteralSize: mostBytes,
    maxResponseSize: 4 * mostBytes,
  }
}

async function lookFor(client: ImapFlow, folder: string, token: string): Promise<MailFound> {
  const inbox = await takeFrom(client, folder, token)
  if (inbox !== null) return { is: 'there', folder, junk: false, at: inbox }
  const junk = (await client.list()).find((box) => box.specialUse === '\\Junk')?.path
  if (junk === undefined || junk === folder) return { is: 'absent' }
  const at = await takeFrom(client, junk, token)
  return at === null ? { is: 'absent' } : { is: 'there', folder: junk, junk: true, at }
}

/** When the mail was put into a folder, epoch ms; null when it is not there. It is removed, that none pile up. */
async function takeFrom(client: ImapFlow, folder: string, token: string): Promise<number | null> {
  await client.mailboxOpen(folder)
  const found = await client.search({ subject: token }, { uid: true })
  const uid = found ? found.at(-1) : undefined
  if (!found || uid === undefined) return null
  const mail = await client.fetchOne(String(uid), { internalDate: true }, { uid: true })
  const at = mail ? mail.internalDate : undefined
  await client.messageDelete(found, { uid: true })
  return at === undefined ? Date.now() : new Date(at).getTime()
}

function reasonOf(error: unknown, broken: unknown): string {
  if (error instanceof Error && 'authenticationFailed' in error && error.authenticationFailed === true)
    return `it refused the user or the password: ${said(error)}`
  const reason = broken instanceof Error ? broken : error
  return reason instanceof Error ? said(reason) : 'the connection failed'
}

/** imapflow keeps the server's own words beside its message. */
function said(error: Error): string {
  return 'responseText' in error && typeof error.responseText === 'string' ? error.responseText : error.message
}
