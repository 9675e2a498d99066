import type { ChannelKind } from './channel-kind'

/** The kinds that are configured; web push is there by itself, one channel an operator. */
export type ConfiguredKind = Exclude<ChannelKind, 'web_push'>

/**
 * One field of a kind's JSON as a form asks for it. `list`: texts with commas; `people`: a line each, `Name <id>`;
 * `headers`: a line each, `Name: value`. `secret`: is never shown again. `more`: few need it.
 */
export type ConfigField = {
  name: string
  label: string
  as: 'text' | 'url' | 'number' | 'select' | 'check' | 'list' | 'people' | 'headers' | 'template'
  secret?: true
  required?: true
  more?: true
  hint?: string
  placeholder?: string
  options?: readonly (readonly [value: string, word: string])[]
}
export type KindForm = { label: string; what: string; how: string; fields: readonly ConfigField[] }

const webhookUrl = (placeholder: string): ConfigField => ({
  name: 'webhook_url',
  label: 'Webhook address',
  as: 'url',
  secret: true,
  required: true,
  placeholder,
})

/** What each kind is called, what it is good for, where its keys come from, and its fields in the order of the form. */
export const channelForms: Record<ConfiguredKind, KindForm> = {
  email: {
    label: 'E-mail',
    what: 'A thread an incident, readable on a phone',
    how: 'Without a mail server of its own it goes out by the one of the settings (SMTP_URL).',
    fields: [
      {
        name: 'to_email',
        label: 'To',
        as: 'text',
        required: true,
        placeholder: 'noc@example.net',
        hint: 'Several with commas.',
      },
      { name: 'smtp_server', label: 'Mail server', as: 'text', placeholder: 'mail.example.net' },
      { name: 'smtp_port', label: 'Port', as: 'number', placeholder: '587' },
      { name: 'username', label: 'Username', as: 'text' },
      { name: 'password', label: 'Password', as: 'text', secret: true },
      { name: 'from_email', label: 'From', as: 'text', more: true, placeholder: 'beatline@example.net' },
      {
        name: 'tls',
        label: 'Encryption',
        as: 'select',
        more: true,
        options: [
          ['auto', 'Where it can; always for a password'],
          ['verified', 'Always, with a certificate that holds'],
          ['unverified', 'Always, with any certificate'],
          ['none', 'Never'],
        ],
      },
    ],
  },
  slack: {
    label: 'Slack',
    what: 'A message in a channel',
    how: 'In Slack: Apps, Incoming Webhooks, Add to Slack. Paste the address that it gives.',
    fields: [
      webhookUrl('https://hooks.slack.com/services/...'),
      { name: 'channel', label: 'Channel', as: 'text', more: true, placeholder: '#noc', hint: 'Old webhooks alone.' },
      { name: 'username', label: 'Posts as', as: 'text', more: true, hint: 'Old webhooks alone.' },
      {
        name: 'mention',
        label: 'Mentions',
        as: 'list',
        hint: 'here, channel, everyone, or ids of members (U...) and groups (S...), with commas.',
      },
    ],
  },
  discord: {
    label: 'Discord',
    what: 'A message that changes as the incident does',
    how: 'In Discord: the channel’s settings, Integrations, Webhooks. Paste the address that it gives.',
    fields: [
      webhookUrl('https://discord.com/api/webhooks/...'),
      { name: 'username', label: 'Posts as', as: 'text', more: true },
      { name: 'mention', label: 'Mentions', as: 'list', hint: 'everyone, here, role:<id> or user:<id>, with commas.' },
    ],
  },
  teams: {
    label: 'Microsoft Teams',
    what: 'A card in a channel',
    how: 'In Teams: Workflows, "When a Teams webhook request is received". Paste the address that it gives.',
    fields: [
      webhookUrl('https://...logic.azure.com/workflows/...'),
      {
        name: 'mention',
        label: 'Mentions',
        as: 'people',
        placeholder: 'Ada Example <ada@example.net>',
        hint: 'A line each.',
      },
    ],
  },
  sms: {
    label: 'SMS',
    what: 'A text message by Twilio',
    how: 'In the console of Twilio: Account SID and Auth Token, and a number that can send.',
    fields: [
      { name: 'to_number', label: 'To', as: 'text', required: true, placeholder: '+14065550142' },
      { name: 'account_sid', label: 'Account SID', as: 'text', required: true, placeholder: 'AC...' },
      { name: 'auth_token', label: 'Auth token', as: 'text', secret: true, required: true },
      {
        name: 'from_number',
        label: 'From',
        as: 'text',
        required: true,
        placeholder: '+14065550199',
        hint: 'A number of the account, a sender of up to 11 letters, or a messaging service (MG...).',
      },
      {
        name: 'max_segments',
        label: 'Parts at most',
        as: 'number',
        more: true,
        placeholder: '2',
        hint: 'Each is paid.',
      },
      { name: 'status_callback', label: 'Status callback', as: 'url', more: true },
    ],
  },
  webhook: {
    label: 'Webhook',
    what: 'Any address, with a payload of your own',
    how: 'It is signed as Standard Webhooks has it when there is a secret. Private addresses are refused unless ALLOW_PRIVATE_WEBHOOKS is set.',
    fields: [
      {
        name: 'url',
        label: 'Address',
        as: 'url',
        secret: true,
        required: true,
        placeholder: 'https://example.net/hooks/beatline',
        hint: 'May name values, as in ?title={{ title }}.',
      },
      {
        name: 'method',
        label: 'Method',
        as: 'select',
        options: ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'].map((method) => [method, method] as const),
      },
      {
        name: 'headers',
        label: 'Headers',
        as: 'headers',
        secret: true,
        placeholder: 'Authorization: Bearer ...',
        hint: 'A line each. Their values are never shown again.',
      },
      {
        name: 'template',
        label: 'Payload',
        as: 'template',
        placeholder: '{ "text": "{{ title }}", "url": "{{ url }}" }',
        hint: 'Liquid. Empty: everything, as Standard Webhooks has it.',
      },
      { name: 'secret', label: 'Signing secret', as: 'text', secret: true, placeholder: 'whsec_...' },
      {
        name: 'old_secret',
        label: 'Old signing secret',
        as: 'text',
        secret: true,
        more: true,
        hint: 'Still signs while the key changes.',
      },
      { name: 'follow_redirects', label: 'Follow redirects, three at most', as: 'check', more: true },
    ],
  },
  pagerduty: {
    label: 'PagerDuty',
    what: 'An alert that is resolved with its incident',
    how: 'In PagerDuty: the service, Integrations, Events API v2. Paste its integration key.',
    fields: [{ name: 'routing_key', label: 'Integration key', as: 'text', secret: true, required: true }],
  },
  opsgenie: {
    label: 'Opsgenie',
    what: 'An alert that is closed with its incident',
    how: 'In Opsgenie: the team, Integrations, API. Paste its key.',
    fields: [
      { name: 'api_key', label: 'API key', as: 'text', secret: true, required: true },
      {
        name: 'region',
        label: 'Region',
        as: 'select',
        options: [
          ['us', 'US'],
          ['eu', 'EU'],
        ],
      },
      { name: 'tags', label: 'Tags', as: 'list', more: true, hint: 'With commas.' },
    ],
  },
  ntfy: {
    label: 'ntfy',
    what: 'A push to whoever follows a topic',
    how: 'Choose a topic that nobody guesses: on a public server it is as good as a password.',
    fields: [
      { name: 'server', label: 'Server', as: 'url', placeholder: 'https://ntfy.sh' },
      { name: 'topic', label: 'Topic', as: 'text', secret: true, required: true },
      { name: 'token', label: 'Access token', as: 'text', secret: true, more: true },
      { name: 'username', label: 'Username', as: 'text', more: true },
      { name: 'password', label: 'Password', as: 'text', secret: true, more: true },
    ],
  },
  telegram: {
    label: 'Telegram',
    what: 'A message by a bot, which changes as the incident does',
    how: 'Make a bot with @BotFather, add it to the chat, and find the chat’s number with @getidsbot.',
    fields: [
      { name: 'bot_token', label: 'Bot token', as: 'text', secret: true, required: true, placeholder: '123456:ABC...' },
      { name: 'chat_id', label: 'Chat', as: 'text', required: true, placeholder: '-1001234567890 or @channel' },
      { name: 'message_thread_id', label: 'Topic of the group', as: 'number', more: true },
    ],
  },
  pushover: {
    label: 'Pushover',
    what: 'A push that sounds until someone acknowledges',
    how: 'At pushover.net: your user key, and an application’s token.',
    fields: [
      { name: 'token', label: 'Application token', as: 'text', secret: true, required: true },
      { name: 'user', label: 'User or group key', as: 'text', secret: true, required: true },
      { name: 'device', label: 'Device', as: 'text', more: true, hint: 'All of them unless said.' },
      { name: 'sound', label: 'Sound', as: 'text', more: true },
      {
        name: 'emergency',
        label: 'What is critical sounds every minute, for up to an hour, until someone acknowledges it',
        as: 'check',
      },
    ],
  },
}

/** What a channel's kind is called. */
export const kindLabel = (kind: ChannelKind): string =>
  kind === 'web_push' ? 'Push devices' : channelForms[kind].label

/** Secrets that are sent to where these fields say: kept ones may not go elsewhere. */
export const sentTo: Partial<Record<ConfiguredKind, { secrets: readonly string[]; places: readonly string[] }>> = {
  email: { secrets: ['password'], places: ['smtp_server', 'smtp_port'] },
  ntfy: { secrets: ['token', 'password'], places: ['server'] },
  webhook: { secrets: ['headers'], places: ['url'] },
}

/** Where a channel leads, without secrets: "to noc@example.net". */
export function whereTo(kind: ConfiguredKind, config: Readonly<Record<string, unknown>>): string {
  const said = (name: string) => (config[name] === undefined ? '' : String(config[name]))
  const host = (name: string) => (URL.canParse(said(name)) ? new URL(said(name)).host : '')
  switch (kind) {
    case 'email':
      return `to ${said('to_email')}${config.smtp_server === undefined ? '' : ` by ${said('smtp_server')}`}`
    case 'sms':
      return `to ${said('to_number')}`
    case 'slack':
      return said('channel') === '' ? host('webhook_url') : `${said('channel')} at ${host('webhook_url')}`
    case 'discord':
    case 'teams':
      return host('webhook_url')
    case 'webhook':
      return `${said('method')} to ${host('url')}`
    case 'pagerduty':
      return 'an Events API v2 service'
    case 'opsgenie':
      return `${said('region').toUpperCase()} region`
    case 'ntfy':
      return `a topic at ${host('server')}`
    case 'telegram':
      return `chat ${said('chat_id')}`
    case 'pushover':
      return config.device === undefined ? 'all devices' : `device ${said('device')}`
  }
}
