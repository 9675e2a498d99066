import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeMail } from '@/lib/delivery/mailbox'
import type { Mailbox } from '@/lib/domain/imap-url'
import { type ImapServer, imapServer, noImapServer } from '../setup/imap-server'
import { rawServer } from './mail-server'

const never = () => new AbortController().signal
const box = (more: Partial<Mailbox> & { port: number }): Mailbox => ({
  host: '127.0.0.1',
  implicitTls: false,
  tls: 'none',
  username: 'noc@example.net',
  password: 'correct horse',
  folder: 'INBOX',
  address: null,
  ...more,
})
const mail = (token: string) =>
  `From: beatline@example.net\r\nTo: noc@example.net\r\nSubject: Beatline self-check ${token}\r\n\r\nhello\r\n`

describe.skipIf(noImapServer !== null)(
  `a mailbox on a real IMAP server${noImapServer ? ` (${noImapServer})` : ''}`,
  () => {
    let server: ImapServer
    beforeAll(async () => {
      server = await imapServer()
    })
    afterAll(() => server?.stop())
    const plain = (more: Partial<Mailbox> = {}) => box({ port: server.port, tls: 'unverified', ...more })

    test('gives the mail that is looked for, says when it came, and keeps the others', async () => {
      server.put('INBOX', mail('aaaa1111'))
      server.put('INBOX', mail('bbbb2222'))
      const before = Date.now()
      const found = await takeMail(plain(), 'aaaa1111', never())
      expect(found).toMatchObject({ is: 'there', folder: 'INBOX', junk: false })
      expect(Math.abs((found.is === 'there' ? found.at : 0) - before)).toBeLessThan(60_000)
      expect(server.subjects('INBOX')).toEqual(['Beatline self-check bbbb2222'])
      expect(await takeMail(plain(), 'aaaa1111', never())).toEqual({ is: 'absent' })
    })

    test('is read over TLS from the first byte as well', async () => {
      server.put('INBOX', mail('cccc3333'))
      const secure = plain({ port: server.tlsPort, implicitTls: true })
      expect(await takeMail(secure, 'cccc3333', never())).toMatchObject({ is: 'there', junk: false })
    })

    test('says that a mail lies among the junk', async () => {
      server.put('Spam', mail('dddd4444'))
      expect(await takeMail(plain(), 'dddd4444', never())).toMatchObject({ is: 'there', folder: 'Spam', junk: true })
      expect(server.subjects('Spam')).toEqual([])
    })

    test('with a certificate that nobody signed is not given the password', async () => {
      for (const tls of [{ port: server.tlsPort, implicitTls: true }, { port: server.port }]) {
        const found = await takeMail(box({ ...tls, tls: 'verified' }), 'eeee5555', never())
        expect(found).toEqual({ is: 'unreadable', why: expect.stringMatching(/self.signed certificate/i) })
      }
    })

    test('refuses a wrong password in words that do not show it', async () => {
      const found = await takeMail(plain({ password: 'battery staple' }), 'ffff6666', never())
      expect(found).toEqual({ is: 'unreadable', why: expect.stringMatching(/refused the user or the password/) })
      expect(JSON.stringify(found)).not.toContain('battery')
    })

    test('without the folder says so', async () => {
      expect(await takeMail(plain({ folder: 'Elsewhere' }), 'a', never())).toMatchObject({ is: 'unreadable' })
    })
  },
)

describe('a server that is no mailbox', () => {
  test('and hangs up, talks nonsense or is not there is an answer, never an error', async () => {
    const closes = await rawServer((socket) => socket.destroy())
    const raves = await rawServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    for (const port of [closes.port, raves.port, 1]) {
      const found = await takeMail(box({ port }), 'aaaa', AbortSignal.timeout(8000))
      expect(found).toEqual({ is: 'unreadable', why: expect.stringMatching(/./) })
    }
  })

  test('and cannot encrypt gets no password', async () => {
    let heard = ''
    const clear = await rawServer((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n')
      socket.on('data', (chunk) => {
        heard += chunk
        const tag = /^(\S+)/.exec(String(chunk))?.[1]
        socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`)
      })
    })
    const found = await takeMail(box({ port: clear.port, tls: 'verified' }), 'aaaa', AbortSignal.timeout(8000))
    expect(found.is).toBe('unreadable')
    expect(heard).not.toMatch(/LOGIN|AUTHENTICATE/i)
    await takeMail(box({ port: clear.port, tls: 'none' }), 'aaaa', AbortSignal.timeout(1000))
    expect(heard).toMatch(/LOGIN|AUTHENTICATE/i) // where it is allowed
  })

  test('and hangs is left when we are stopped', async () => {
    const { port } = await rawServer(() => {})
    const began = Date.now()
    expect(await takeMail(box({ port }), 'aaaa', AbortSignal.timeout(300))).toMatchObject({ is: 'unreadable' })
    expect(Date.now() - began).toBeLessThan(3000)
  })
})
