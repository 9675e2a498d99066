import { describe, expect, test } from 'vitest'
import { media } from '@/lib/delivery/channels'
import { type ConfiguredKind, channelForms, sentTo, whereTo } from '@/lib/domain/channel-fields'
import { configFromForm, formText, hideConfig, keptSecret, withKept } from '@/lib/domain/channel-form'

const kinds = Object.keys(channelForms) as ConfiguredKind[]
const shapeOf = (kind: ConfiguredKind) => Object.keys((media[kind].config as unknown as { shape: object }).shape)

describe('the table of forms', () => {
  test('has a form for every kind that is configured', () => expect(kinds.sort()).toEqual(Object.keys(media).sort()))
  test.each(kinds)('%s asks for exactly the fields of its JSON, and hides exactly its secrets', (kind) => {
    const { fields } = channelForms[kind]
    expect(fields.map(({ name }) => name).sort()).toEqual(shapeOf(kind).sort())
    const hidden = fields.filter(({ secret }) => secret).map(({ name }) => name)
    expect(hidden.sort()).toEqual([...media[kind].secrets].sort())
  })
  test.each(kinds)('%s marks as required what its JSON cannot lack', (kind) => {
    const read = media[kind].config.safeParse({})
    const lacking = read.success ? [] : [...new Set(read.error.issues.map(({ path }) => String(path[0])))]
    const required = channelForms[kind].fields.filter((field) => field.required).map(({ name }) => name)
    expect(required.sort()).toEqual(lacking.sort())
  })
  test('says of secrets that travel where they go by names that exist', () => {
    for (const [kind, { secrets, places }] of Object.entries(sentTo))
      for (const name of [...secrets, ...places]) expect(shapeOf(kind as ConfiguredKind)).toContain(name)
  })
})

/** What each form takes, typed as people type it, and the JSON that it makes. */
const typed: Record<ConfiguredKind, [form: Record<string, string>, config: object, where: string]> = {
  email: [
    { to_email: ' noc@example.net ', smtp_server: 'mail.example.net', smtp_port: '465', username: 'u', password: 'p ' },
    { to_email: 'noc@example.net', smtp_server: 'mail.example.net', smtp_port: 465, username: 'u', password: 'p ' },
    'to noc@example.net by mail.example.net',
  ],
  slack: [
    { webhook_url: 'https://hooks.slack.com/services/T/B/X', channel: '#noc', mention: 'here, U12345' },
    { webhook_url: 'https://hooks.slack.com/services/T/B/X', channel: '#noc', mention: ['here', 'U12345'] },
    '#noc at hooks.slack.com',
  ],
  discord: [
    { webhook_url: 'https://discord.com/api/webhooks/1/x', username: 'Beat' },
    { webhook_url: 'https://discord.com/api/webhooks/1/x', username: 'Beat' },
    'discord.com',
  ],
  teams: [
    { webhook_url: 'https://x.logic.azure.com/w', mention: 'Ada Example <ada@example.net>\n\nbob@example.net' },
    {
      webhook_url: 'https://x.logic.azure.com/w',
      mention: [
        { id: 'ada@example.net', name: 'Ada Example' },
        { id: 'bob@example.net', name: 'bob@example.net' },
      ],
    },
    'x.logic.azure.com',
  ],
  sms: [
    {
      to_number: '+1 406 555 0142',
      account_sid: 'AC1',
      auth_token: 'tok-7f3a',
      from_number: '+14065550199',
      max_segments: '3',
    },
    {
      to_number: '+1 406 555 0142',
      account_sid: 'AC1',
      auth_token: 'tok-7f3a',
      from_number: '+14065550199',
      max_segments: 3,
    },
    'to +14065550142',
  ],
  webhook: [
    {
      url: 'https://example.net/h?t=1',
      method: 'PUT',
      headers: 'Authorization: Bearer a:b\nX-A:1',
      template: '{"a": "{{ title }}"}\n',
      follow_redirects: 'on',
    },
    {
      url: 'https://example.net/h?t=1',
      method: 'PUT',
      headers: { Authorization: 'Bearer a:b', 'X-A': '1' },
      template: '{"a": "{{ title }}"}\n',
      follow_redirects: true,
    },
    'PUT to example.net',
  ],
  pagerduty: [{ routing_key: 'a'.repeat(32) }, { routing_key: 'a'.repeat(32) }, 'an Events API v2 service'],
  opsgenie: [
    { api_key: 'key-7f3a', region: 'eu', tags: 'a, b' },
    { api_key: 'key-7f3a', region: 'eu', tags: ['a', 'b'] },
    'EU region',
  ],
  ntfy: [{ topic: 'noc-7' }, { topic: 'noc-7' }, 'a topic at ntfy.sh'],
  telegram: [
    { bot_token: '123456:ABCDEFGHIJ', chat_id: '-100123', message_thread_id: '5' },
    { bot_token: '123456:ABCDEFGHIJ', chat_id: '-100123', message_thread_id: 5 },
    'chat -100123',
  ],
  pushover: [
    { token: 'a'.repeat(30), user: 'b'.repeat(30), device: 'phone', emergency: 'on' },
    { token: 'a'.repeat(30), user: 'b'.repeat(30), device: 'phone', emergency: true },
    'device phone',
  ],
}

describe('a form makes the JSON of its kind', () => {
  test.each(kinds)('%s', (kind) => {
    const [form, config, where] = typed[kind]
    const made = configFromForm(kind, (name) => form[name] ?? null, [])
    expect(made).toMatchObject(config)
    const read = media[kind].config.parse(made) as Record<string, unknown>
    expect(whereTo(kind, read)).toBe(where)
    for (const name of media[kind].secrets) {
      const secret = read[name]
      if (typeof secret === 'string') expect(whereTo(kind, read)).not.toContain(secret)
    }
  })
  test.each(kinds)('%s filled from its JSON and sent again changes nothing', (kind) => {
    const { secrets, config: schema } = media[kind]
    const before = schema.parse(configFromForm(kind, (name) => typed[kind][0][name] ?? null, [])) as object
    const shown = hideConfig({ ...before }, secrets)
    for (const [name, value] of Object.entries({ ...before }))
      if (secrets.includes(name) && typeof value === 'string') expect(JSON.stringify(shown)).not.toContain(value)
    const fields = new Map(channelForms[kind].fields.map((field) => [field.name, field]))
    const form = (name: string) => {
      const field = fields.get(name)
      const value = shown[name]
      return field ? (field.as === 'check' && value === false ? '' : formText(field, value)) : null
    }
    const again = configFromForm(
      kind,
      form,
      secrets.filter((name) => name in before),
    )
    expect(schema.parse(withKept(again, { ...before }, secrets).config)).toEqual(before)
  })
})

describe('what is secret', () => {
  const secrets = ['password', 'headers']
  test('stays where the mask comes back, goes where it is ticked or left out', () => {
    const read = (form: Record<string, string>) => configFromForm('email', (name) => form[name] ?? null, ['password'])
    expect(read({ to_email: 'a@b.c' })).toEqual({ to_email: 'a@b.c', password: keptSecret })
    expect(read({ to_email: 'a@b.c', 'remove.password': 'on' })).toEqual({ to_email: 'a@b.c' })
    expect(read({ to_email: 'a@b.c', password: 'new' })).toEqual({ to_email: 'a@b.c', password: 'new' })
  })
  test('is found by its name inside headers, one at a time', () => {
    const before = { password: 'p', headers: { a: '1', b: '2' } }
    const { config, kept } = withKept({ headers: { a: keptSecret, c: '3', d: keptSecret } }, before, secrets)
    expect(config).toEqual({ headers: { a: '1', c: '3' } })
    expect(kept).toEqual(['headers'])
  })
  test('that is not there is not invented, and the mask never kept as a value', () => {
    expect(withKept({ password: keptSecret }, null, secrets)).toEqual({ config: {}, kept: [] })
  })
})

test('a number that is none is left to the JSON to refuse', () => {
  expect(configFromForm('email', (name) => (name === 'smtp_port' ? 'x' : null), [])).toEqual({ smtp_port: 'x' })
})
test('a header without a colon is named as it stands', () => {
  const { headers } = configFromForm('webhook', (name) => (name === 'headers' ? 'Bearer x' : null), [])
  expect(headers).toEqual({ 'Bearer x': '' })
})
