import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import * as discord from '@/lib/delivery/discord'
import * as email from '@/lib/delivery/email'
import * as ntfy from '@/lib/delivery/ntfy'
import * as opsgenie from '@/lib/delivery/opsgenie'
import * as pagerduty from '@/lib/delivery/pagerduty'
import * as pushover from '@/lib/delivery/pushover'
import * as slack from '@/lib/delivery/slack'
import * as sms from '@/lib/delivery/sms'
import * as teams from '@/lib/delivery/teams'
import * as telegram from '@/lib/delivery/telegram'
import * as webhook from '@/lib/delivery/webhook'

const channels: [string, readonly string[], z.ZodType][] = [
  ['discord', discord.secrets, discord.DiscordConfig],
  ['email', email.secrets, email.EmailConfig],
  ['ntfy', ntfy.secrets, ntfy.NtfyConfig],
  ['opsgenie', opsgenie.secrets, opsgenie.OpsgenieConfig],
  ['pagerduty', pagerduty.secrets, pagerduty.PagerdutyConfig],
  ['pushover', pushover.secrets, pushover.PushoverConfig],
  ['slack', slack.secrets, slack.SlackConfig],
  ['sms', sms.secrets, sms.SmsConfig],
  ['teams', teams.secrets, teams.TeamsConfig],
  ['telegram', telegram.secrets, telegram.TelegramConfig],
  ['webhook', webhook.secrets, webhook.WebhookConfig],
]

describe.each(channels)('%s', (_, secrets, config) => {
  const fields = Object.keys(z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }).properties ?? {})

  test('names as secret only fields that it has', () => expect(fields).toEqual(expect.arrayContaining([...secrets])))

  test('names every field that opens a door', () => {
    const doors = fields.filter((field) => /token|secret|password|_key$|^user$|webhook_url|^url$/.test(field))
    expect(secrets).toEqual(expect.arrayContaining(doors))
  })

  test('refuses what it does not know, and says which', () => {
    const refused = config.safeParse({ colour_of_the_door: 'red' })
    expect(JSON.stringify(refused.error?.issues)).toContain('colour_of_the_door')
  })
})
