/** Every medium that Beatline speaks; web push is each operator's own phones. */
export const channelKinds = [
  'web_push',
  'email',
  'slack',
  'discord',
  'teams',
  'sms',
  'webhook',
  'pagerduty',
  'opsgenie',
  'ntfy',
  'telegram',
  'pushover',
] as const
export type ChannelKind = (typeof channelKinds)[number]
