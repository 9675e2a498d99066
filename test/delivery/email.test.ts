import type { Socket } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EmailConfig, type HouseMail, sendEmail } from '@/lib/delivery/email'
import { createHttp } from '@/lib/delivery/http'
import { mailHtml } from '@/lib/delivery/mail-text'
import type { Reference } from '@/lib/domain/notice'
import { headersOf, mailServer, partsOf, rawServer, words } from './mail-server'
import { clientTo, contextOf, failureOf, grown, manyMarks, nasty, noticeOf, resolved } from './stand-in'

const secret = 'm4il-p4ssw0rd'

function mailer(port: number, settings: object = {}, house: HouseMail | null = null) {
  const config = EmailConfig.parse({
    to_email: 'oncall@example.com',
    smtp_server: '127.0.0.1',
    smtp_port: port,
    ...settings,
  })
  return (notice = noticeOf(), previous: Reference = null, signal = new AbortController().signal) =>
    sendEmail(config, notice, { ...contextOf(clientTo(), previous), signal, house })
}

describe('a mail', () => {
  test('has a text, an HTML part and headers that say what it is', async () => {
    const { port, mails } = await mailServer()
    const sent = await mailer(port, { from_email: 'alerts@example.net' })()
    expect(sent).toEqual({
      reference: { message_ids: '<bl-42-7.1@example.net>' },
      status: 250,
      answer: expect.stringMatching(/^250 /),
    })
    const [mail] = mails
    expect(mail).toMatchObject({ from: 'alerts@example.net', to: ['oncall@example.com'] })
    const raw = mail?.raw ?? ''
    expect(headersOf(raw)).toMatchObject({
      from: 'Beatline <alerts@example.net>',
      to: 'oncall@example.com',
      subject: 'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more',
      'message-id': '<bl-42-7.1@example.net>',
      'list-id': 'Beatline notices <beatline.example>',
      'list-archive': '<https://beatline.example/incidents>',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      importance: 'High',
    })
    expect(headersOf(raw)).not.toHaveProperty('in-reply-to')
    const [text, html] = partsOf(raw)
    expect(text?.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text?.body.replaceAll('\r\n', '\n')).toBe(
      `AP Ridge-3 is down: 41 clients, Acme Dental and 40 more

Dark since 11:53.
The backhaul answers, so the trouble is at the tower.

Site: North Ridge
Clients: 41

Open: https://beatline.example/incidents/42
Acknowledge: https://beatline.example/a/one-time-token`,
    )
    expect(html?.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(html?.body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">')
    expect(html?.body).toContain('Dark since 11:53.<br>The backhaul')
    expect(html?.body).toContain('href="https://beatline.example/incidents/42"')
  })

  test('goes to several', async () => {
    const { port, mails } = await mailServer()
    await mailer(port, { to_email: 'a@example.com; b@example.com,c@example.com' })()
    expect(mails[0]?.to).toEqual(['a@example.com', 'b@example.com', 'c@example.com'])
  })

  test('opened, grew and resolved are one thread', async () => {
    const { port, mails } = await mailServer()
    const send = mailer(port)
    let previous: Reference = null
    for (const notice of [noticeOf(), grown, resolved]) previous = (await send(notice, previous)).reference
    const ids = [1, 2, 3].map((sequence) => `<bl-42-7.${sequence}@example.com>`)
    expect(previous).toEqual({ message_ids: ids.join(' ') })
    expect(
      mails
        .map(({ raw }) => headersOf(raw))
        .map((headers) => [headers['message-id'], headers['in-reply-to'], headers.references]),
    ).toEqual([
      [ids[0], undefined, undefined],
      [ids[1], ids[0], ids[0]],
      [ids[2], ids[1], `${ids[0]} ${ids[1]}`],
    ])
    expect(headersOf(mails[2]?.raw ?? '').subject).toBe('AP Ridge-3 is back')
  })

  test('sent again has the same identity and does not answer itself', async () => {
    const { port, mails } = await mailServer()
    const send = mailer(port)
    const { reference } = await send(grown, { message_ids: '<bl-42-7.1@example.com>' })
    expect((await send(grown, reference)).reference).toEqual(reference)
    const [first, second] = mails.map(({ raw }) => headersOf(raw))
    expect(second).toMatchObject({ 'message-id': first?.['message-id'], references: '<bl-42-7.1@example.com>' })
  })

  test('of a long incident the thread keeps its root and its end', async () => {
    const { port } = await mailServer()
    const earlier = Array.from({ length: 10 }, (_, index) => `<${index}@example.com>`)
    const { reference } = await mailer(port)(resolved, { message_ids: earlier.join(' ') })
    const kept = reference?.message_ids?.split(' ')
    expect(kept).toHaveLength(10)
    expect([kept?.[0], kept?.[1], kept?.[9]]).toEqual(['<0@example.com>', '<2@example.com>', '<bl-42-7.3@example.com>'])
  })
})

describe('names', () => {
  test('cannot add headers or markup', async () => {
    const { port, mails } = await mailServer()
    await mailer(port)(noticeOf({ title: nasty, body: nasty, facts: [{ label: nasty, value: nasty }] }))
    const raw = mails[0]?.raw ?? ''
    expect(headersOf(raw)).not.toHaveProperty('bcc')
    expect(mails[0]?.to).toEqual(['oncall@example.com'])
    expect(words(headersOf(raw).subject)).toBe(nasty.replace('\r\n', ' '))
    const html = partsOf(raw)[1]?.body ?? ''
    expect(html).not.toMatch(/<(b|at)>|<!channel|<@/)
    expect(html).toContain('&lt;b&gt;&amp;&quot;Acme&quot;')
  })

  test('of facts are never broken into letters on a phone', () =>
    expect(mailHtml(noticeOf())).toMatch(/<td style="[^"]*overflow-wrap:normal">Clients<\/td>/))

  test('cannot leave the address of a button', () =>
    expect(mailHtml(noticeOf({ url: 'https://beatline.example/"onclick="x' }))).not.toMatch(/"\s*onclick/))

  test('are cut cleanly in the subject', async () => {
    const { port, mails } = await mailServer()
    await mailer(port)(noticeOf({ title: manyMarks(99) }))
    const subject = words(headersOf(mails[0]?.raw ?? '').subject)
    expect(subject.length).toBeLessThanOrEqual(200)
    expect(subject).toMatch(/(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…$/u)
  })
})

describe('STARTTLS and signing in', () => {
  const onAuth: NonNullable<SMTPServerOptions['onAuth']> = ({ username, password }, _, done) =>
    password === secret ? done(null, { user: username }) : done(new Error('no'))

  test('mail without a password is encrypted where the server can, whatever its certificate', async () => {
    const { port, mails } = await mailServer()
    await mailer(port)()
    expect(mails[0]).toMatchObject({ secure: true })
  })

  test('and goes plain where it cannot', async () => {
    const { port, mails } = await mailServer({ disabledCommands: ['STARTTLS'] })
    await mailer(port)()
    expect(mails[0]).toMatchObject({ secure: false })
  })

  test('a password is not told to a certificate that does not hold', async () => {
    let asked = 0
    const { port, mails } = await mailServer({
      onAuth: (auth, session, done) => {
        asked += 1
        onAuth(auth, session, done)
      },
    })
    const failure = await failureOf(mailer(port, { username: 'alerts@example.net', password: secret })())
    expect(failure.message).toMatch(/certificate/)
    expect([asked, mails.length]).toEqual([0, 0])
  })

  test('nor to a server without encryption', async () => {
    const { port, mails } = await mailServer({ disabledCommands: ['STARTTLS'], onAuth })
    const failure = await failureOf(mailer(port, { username: 'alerts@example.net', password: secret })())
    expect(failure).toMatchObject({ permanent: true })
    expect(mails).toHaveLength(0)
  })

  test('unless the configuration says so', async () => {
    const account = { username: 'alerts@example.net', password: secret }
    const encrypted = await mailServer({ onAuth, authOptional: false })
    await mailer(encrypted.port, { ...account, tls: 'unverified' })()
    expect(encrypted.mails[0]).toMatchObject({ secure: true, user: 'alerts@example.net', from: 'alerts@example.net' })
    const plain = await mailServer({
      onAuth,
      authOptional: false,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
    })
    await mailer(plain.port, { ...account, tls: 'none' })()
    expect(plain.mails[0]).toMatchObject({ secure: false, user: 'alerts@example.net' })
  })

  test.each([
    [535, '5.7.8 Authentication failed for m4il-p4ssw0rd', true],
    [534, '5.7.9 Application-specific password required', true],
    [454, '4.7.0 Temporary authentication failure', false],
    [421, '4.7.0 Too many login attempts', false],
  ])('a sign-in refused by %i %s is permanent: %s', async (responseCode, message, permanent) => {
    const { port, mails } = await mailServer({
      onAuth: (_, __, done) => done(Object.assign(new Error(message), { responseCode })),
    })
    const send = mailer(port, { username: 'alerts@example.net', password: secret, tls: 'unverified' })
    const failure = await failureOf(send())
    expect(failure).toMatchObject({ permanent, status: responseCode })
    expect(failure.message).toContain(`127.0.0.1 answered ${responseCode}`)
    expect(failure.message).not.toContain(secret)
    expect(mails).toHaveLength(0)
  })

  test('a server that quotes what it was sent gives no secret away', async () => {
    const both = Buffer.from(`\0alerts@example.net\0${secret}`).toString('base64')
    const { port } = await rawServer((socket) => {
      socket.write('220 hello\r\n')
      socket.on('data', (chunk) => {
        const text = `${chunk}`
        if (text.startsWith('EHLO')) socket.write('250-hello\r\n250 AUTH PLAIN\r\n')
        else socket.write(`535 what is ${text.trim()}, or ${secret}?\r\n`)
      })
    })
    const failure = await failureOf(mailer(port, { username: 'alerts@example.net', password: secret, tls: 'none' })())
    expect(failure.message).toContain('535 what is AUTH PLAIN')
    expect(failure.message).not.toContain(secret)
    expect(failure.message).not.toContain(both.replace(/=+$/, ''))
  })
})

describe('answers', () => {
  const refusing = (responseCode: number, message: string, at: 'onMailFrom' | 'onRcptTo' = 'onRcptTo') =>
    mailServer({
      [at]: (_: unknown, __: unknown, done: (error: Error) => void) =>
        done(Object.assign(new Error(message), { responseCode })),
    })

  test.each([
    [451, '4.7.1 Greylisting in action, please come back later', false],
    [452, '4.2.2 Mailbox full', false],
    [550, '5.1.1 User unknown', true],
    [554, '5.7.1 Rejected', true],
  ])('a recipient refused by %i %s is permanent: %s', async (code, message, permanent) => {
    const failure = await failureOf(mailer((await refusing(code, message)).port)())
    expect(failure).toMatchObject({ permanent, status: code })
    expect(failure.message).toBe(`127.0.0.1 answered ${code} ${message}`)
  })

  test('a sender refused for now is tried again', async () =>
    expect(await failureOf(mailer((await refusing(450, 'later', 'onMailFrom')).port)())).toMatchObject({
      permanent: false,
    }))

  test('a mail refused after its data is judged by its code', async () => {
    for (const [responseCode, permanent] of [
      [552, true],
      [451, false],
    ] as const) {
      const { port } = await mailServer({
        onData: (stream, _, done) => {
          stream.resume()
          stream.on('end', () => done(Object.assign(new Error('no'), { responseCode })))
        },
      })
      expect(await failureOf(mailer(port)())).toMatchObject({ permanent, status: responseCode })
    }
  })

  test('one recipient of two refused is sent, and says whom it did not reach', async () => {
    const { port, mails } = await mailServer({
      onRcptTo: ({ address }, _, done) =>
        done(address.startsWith('nobody') ? Object.assign(new Error('User unknown'), { responseCode: 550 }) : null),
    })
    const { answer } = await mailer(port, { to_email: 'oncall@example.com, nobody@example.com' })()
    expect(answer).toContain('(refused for nobody@example.com)')
    expect(mails[0]?.to).toEqual(['oncall@example.com'])
  })

  test('several refused, one of them for now, are tried again', async () => {
    const { port } = await mailServer({
      onRcptTo: ({ address }, _, done) =>
        done(Object.assign(new Error('no'), { responseCode: address.startsWith('nobody') ? 550 : 451 })),
    })
    const failure = await failureOf(mailer(port, { to_email: 'oncall@example.com, nobody@example.com' })())
    expect(failure).toMatchObject({ permanent: false })
  })
})

describe('in trouble', () => {
  test('a closed port is tried again', async () => {
    const failure = await failureOf(mailer(1)())
    expect(failure).toMatchObject({ permanent: false, status: null })
    expect(failure.message).toContain('ECONNREFUSED')
  })

  test.each<[string, (socket: Socket) => void]>([
    ['closes at once', (socket) => socket.destroy()],
    ['closes after its greeting', (socket) => socket.end('220 hello\r\n')],
    ['speaks another language', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['is closing down', (socket) => socket.end('421 4.3.2 closing\r\n')],
  ])('a server that %s is tried again', async (_, serve) =>
    expect(await failureOf(mailer((await rawServer(serve)).port)())).toMatchObject({ permanent: false }),
  )

  test('a server that does not stop talking is left', async () => {
    const { port } = await rawServer((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536)));
        socket.once('drain', more)
      }
      more()
    })
    expect(await failureOf(mailer(port)())).toMatchObject({ permanent: false })
  })

  test('a server that hangs is left when the keeper stops', async () => {
    const stop = new AbortController()
    const { port } = await rawServer(() => stop.abort())
    expect((await failureOf(mailer(port)(noticeOf(), null, stop.signal))).message).toMatch(/^Given up/)
  })

  test('a server that hangs is left by itself', async () => {
    const { port } = await rawServer(() => {})
    const failure = await failureOf(mailer(port)())
    expect(failure).toMatchObject({ permanent: false, status: null })
    expect(failure.message).toMatch(/Greeting never received|Timeout/)
  }, 120_000)
})

describe('where it goes', () => {
  const notReached = async (smtp_server: string) => {
    const { port, mails } = await mailServer()
    const http = createHttp({ allowPrivate: false })
    onTestFinished(() => http.close())
    const config = EmailConfig.parse({ to_email: 'a@example.com', smtp_server, smtp_port: port })
    const failure = await failureOf(sendEmail(config, noticeOf(), { ...contextOf(http), house: null }))
    expect(mails).toHaveLength(0)
    return failure.message
  }
  test.each(['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'])(
    'a server of the channel at %s is refused',
    async (host) => expect(await notReached(host)).toContain('The address is refused'),
  )

  const byHouse = (settings: Partial<HouseMail>) => {
    const account = {
      implicitTls: false,
      username: null,
      password: null,
      tls: 'auto' as const,
      from: 'noc@isp.example',
    }
    const http = createHttp({ allowPrivate: false })
    onTestFinished(() => http.close())
    const house = { host: '127.0.0.1', port: 25, ...account, ...settings }
    return sendEmail(EmailConfig.parse({ to_email: 'oncall@example.com' }), noticeOf(), { ...contextOf(http), house })
  }

  test('one that is encrypted from the first byte is spoken to so', async () => {
    const { port, mails } = await mailServer({ secure: true })
    await byHouse({ port, implicitTls: true, tls: 'unverified' })
    expect(mails[0]).toMatchObject({ secure: true })
    expect((await failureOf(byHouse({ port, implicitTls: true }))).message).toContain('certificate')
  })

  test('the server of the settings may stand inside, and has its own sender', async () => {
    const { port, mails } = await mailServer()
    await byHouse({ port })
    expect(mails[0]).toMatchObject({ from: 'noc@isp.example', to: ['oncall@example.com'] })
  })

  test('without any server it says so', async () => {
    const config = EmailConfig.parse({ to_email: 'oncall@example.com' })
    const failure = await failureOf(sendEmail(config, noticeOf(), { ...contextOf(clientTo()), house: null }))
    expect(failure).toMatchObject({ permanent: true })
    expect(failure.message).toContain('No mail server is set')
  })
})

describe('the configuration', () => {
  test('is the older one', () => {
    const older = {
      to_email: 'admin@example.com',
      smtp_server: 'smtp.gmail.com',
      smtp_port: 587,
      username: 'your-email@gmail.com',
      password: 'your-app-password',
    }
    expect(EmailConfig.parse(older)).toEqual({ ...older, tls: 'auto' })
  })

  test.each([
    [{}],
    [{ to_email: '' }],
    [{ to_email: 'a@example.com\r\nBcc: b@example.com' }],
    [{ to_email: 'Name <a@example.com>' }],
    [{ to_email: 'a@example.com', smtp_server: 'smtp.example.com:25/x' }],
    [{ to_email: 'a@example.com', smtp_server: 's', smtp_port: 0 }],
    [{ to_email: 'a@example.com', username: 'u' }],
    [{ to_email: Array.from({ length: 21 }, (_, index) => `a${index}@example.com`).join() }],
  ])('%j is refused', (wrong) => expect(EmailConfig.safeParse(wrong).success).toBe(false))
})
