import { describe, expect, test } from 'vitest'
import { sendTelegram, TelegramConfig } from '@/lib/delivery/telegram'
import type { Reference } from '@/lib/domain/notice'
import {
  type Answer,
  clientTo,
  contextOf,
  describeTroubles,
  failureOf,
  grown,
  manyMarks,
  nasty,
  noticeOf,
  resolved,
  standIn,
} from './stand-in'

const vendor = 'https://api.telegram.org'
const token = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'
const config = TelegramConfig.parse({ bot_token: token, chat_id: '-987654' })
const sentAs = (message_id: number) => ({ status: 200, body: { ok: true, result: { message_id } } })
const refused = (error_code: number, description: string, parameters?: object): Answer => ({
  status: error_code,
  body: { ok: false, error_code, description, ...(parameters ? { parameters } : {}) },
})

async function telegram(...answers: Answer[]) {
  const server = await standIn(...answers)
  const http = clientTo({ [vendor]: server.url })
  return {
    server,
    send: (notice = noticeOf(), previous: Reference = null, settings = config) =>
      sendTelegram(settings, notice, contextOf(http, previous)),
    asked: () =>
      server.received.map(({ path }, index) => {
        const { chat_id, message_id = '' } = server.json(index)
        return `${path.replace(`/bot${token}/`, '')} ${chat_id} ${message_id}`.trim()
      }),
  }
}

test('sends HTML with buttons and keeps the message', async () => {
  const { server, send } = await telegram(sentAs(7))
  expect(await send()).toEqual({
    reference: { chat_id: '-987654', message_ids: '7' },
    status: 200,
    answer: 'Sent to -987654',
  })
  expect(server.received[0]).toMatchObject({ method: 'POST', path: `/bot${token}/sendMessage` })
  expect(server.json()).toEqual({
    chat_id: '-987654',
    text: '<b>🔴 AP Ridge-3 is down: 41 clients, Acme Dental and 40 more</b>\n\nDark since 11:53.\nThe backhaul answers, so the trouble is at the tower.\n\n<b>Site</b>: North Ridge\n<b>Clients</b>: 41',
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    reply_markup: {
      inline_keyboard: [
        [
          { text: 'Open', url: 'https://beatline.example/incidents/42' },
          { text: 'Acknowledge', url: 'https://beatline.example/a/one-time-token' },
        ],
      ],
    },
  })
})

describe('one message over the life of an incident', () => {
  test('is rewritten as it grows and ends', async () => {
    const { server, send, asked } = await telegram(sentAs(7))
    let previous: Reference = null
    for (const notice of [noticeOf(), grown, resolved]) previous = (await send(notice, previous)).reference
    expect(asked()).toEqual(['sendMessage -987654', 'editMessageText -987654 7', 'editMessageText -987654 7'])
    expect(server.json().text).toContain('🟢 AP Ridge-3 is back')
    expect(previous).toEqual({ chat_id: '-987654', message_ids: '7' })
  })

  test('a reminder is a new message, and the end rewrites both', async () => {
    const { send, asked } = await telegram(sentAs(8), sentAs(7))
    const { reference } = await send(noticeOf({ event: 'reminded' }), { chat_id: '-987654', message_ids: '7' })
    expect(reference).toEqual({ chat_id: '-987654', message_ids: '7,8' })
    await send(resolved, reference)
    expect(asked()).toEqual(['sendMessage -987654', 'editMessageText -987654 7', 'editMessageText -987654 8'])
  })

  test('an edit that was made before counts as made', async () => {
    const { send, asked } = await telegram(refused(400, 'Bad Request: message is not modified: specified new message'))
    expect(await send(resolved, { chat_id: '-987654', message_ids: '7' })).toMatchObject({ answer: 'Edited 7' })
    expect(asked()).toHaveLength(1)
  })

  test('one that somebody deleted is sent anew', async () => {
    const { send, asked } = await telegram(refused(400, 'Bad Request: message to edit not found'), sentAs(9))
    const { reference } = await send(resolved, { chat_id: '-987654', message_ids: '7' })
    expect(asked()).toEqual(['editMessageText -987654 7', 'sendMessage -987654'])
    expect(reference).toEqual({ chat_id: '-987654', message_ids: '7,9' })
  })

  test('an edit that is held up is tried again and sends nothing', async () => {
    const { send, asked } = await telegram(refused(429, 'Too Many Requests: retry after 5', { retry_after: 5 }))
    const failure = await failureOf(send(resolved, { chat_id: '-987654', message_ids: '7' }))
    expect(failure).toMatchObject({ permanent: false, retryAfterMs: 5000 })
    expect(asked()).toHaveLength(1)
  })

  test('a group that moved is followed at once, and from then on', async () => {
    const moved = refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: -1001000000001,
    })
    const { send, asked } = await telegram(moved, sentAs(1))
    const { reference } = await send(noticeOf(), { chat_id: '-987654', message_ids: '7' })
    expect(reference).toEqual({ chat_id: '-1001000000001', message_ids: '1' })
    await send(resolved, reference)
    expect(asked()).toEqual(['sendMessage -987654', 'sendMessage -1001000000001', 'editMessageText -1001000000001 1'])
  })
})

describe('answers', () => {
  test.each<[Answer, boolean, number | null, string]>([
    [refused(429, 'Too Many Requests: retry after 5', { retry_after: 5 }), false, 5000, 'Too Many Requests'],
    [refused(403, 'Forbidden: bot was blocked by the user'), true, null, 'blocked by the user'],
    [refused(400, "Bad Request: can't parse entities"), true, null, "can't parse entities"],
    [refused(400, 'Bad Request: chat not found'), true, null, 'chat not found'],
    [refused(401, 'Unauthorized'), true, null, 'Unauthorized'],
    [refused(500, 'Internal Server Error'), false, null, 'Internal Server Error'],
  ])('%j is permanent: %s', async (answer, permanent, retryAfterMs, words) => {
    const failure = await failureOf((await telegram(answer)).send())
    expect(failure).toMatchObject({ permanent, retryAfterMs, status: answer.status })
    expect(failure.message).toContain(words)
  })

  test.each<[string, Answer]>([
    ['broken JSON', { status: 200, body: '{"ok":tr' }],
    ['a huge body', { status: 200, trouble: 'huge' }],
    ['a result of another kind', { status: 200, body: { ok: true, result: true } }],
    ['a body without its end', { status: 200, body: '{}', trouble: 'hang in the body' }],
  ])('%s with 200 is sent, with nothing to edit later', async (_, answer) =>
    expect(await (await telegram(answer)).send()).toMatchObject({ status: 200, reference: null }),
  )

  describeTroubles((_, http) => sendTelegram(config, noticeOf(), contextOf(http)), {
    vendor,
    secrets: [token, token.slice(10)],
  })
})

test('names cannot format', async () => {
  const { server, send } = await telegram(sentAs(7))
  await send(noticeOf({ title: nasty, body: nasty, facts: [{ label: nasty, value: nasty }] }))
  const text = `${server.json().text}`.replaceAll('<b>', '').replaceAll('</b>', '')
  expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/)
  expect(text).toContain('&lt;!channel&gt; &lt;@U1&gt; &lt;at&gt;Al')
})

test('lengths stay in the limits, and no family is parted', async () => {
  const { server, send } = await telegram(sentAs(7))
  const facts = Array.from({ length: 40 }, () => ({ label: '&'.repeat(500), value: manyMarks(50) }))
  await send(noticeOf({ title: manyMarks(500), body: '<'.repeat(9000), facts }))
  const text = `${server.json().text}`
  expect(text.length).toBeLessThanOrEqual(4096)
  expect(text).toMatch(/^<b>🔴 .*(e\u0301|👍🏽|👨‍👩‍👧‍👦|🇳🇴)…<\/b>\n\n(&lt;)+…\n/u)
})

describe('the configuration', () => {
  test.each([
    [{ bot_token: token, chat_id: -1001234 }, '-1001234'],
    [{ bot_token: token, chat_id: '@isp_alerts', message_thread_id: 4 }, '@isp_alerts'],
  ])('%j is accepted', (given, chat) => expect(TelegramConfig.parse(given).chat_id).toBe(chat))

  test('a topic of a forum is named', async () => {
    const { server, send } = await telegram(sentAs(7))
    await send(noticeOf(), null, { ...config, message_thread_id: 4 })
    expect(server.json()).toMatchObject({ message_thread_id: 4 })
  })

  test.each([
    [{ bot_token: 'x', chat_id: '1' }],
    [{ bot_token: token, chat_id: 'a b' }],
    [{ bot_token: `${token}/../x`, chat_id: '1' }],
  ])('%j is refused', (wrong) => expect(TelegramConfig.safeParse(wrong).success).toBe(false))
})
