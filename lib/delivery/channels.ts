import type { z } from 'zod'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Notice, Sent } from '@/lib/domain/notice'
import type { Context } from './context'
import { DeliveryError } from './delivery-error'
import * as discord from './discord'
import * as email from './email'
import * as ntfy from './ntfy'
import * as opsgenie from './opsgenie'
import * as pagerduty from './pagerduty'
import * as pushover from './pushover'
import * as slack from './slack'
import * as sms from './sms'
import * as teams from './teams'
import * as telegram from './telegram'
import * as webhook from './webhook'

/** The kinds that are configured and sent to by one address; web push has its phones (deliver.ts). */
export type MediumKind = Exclude<ChannelKind, 'web_push'>
/** What every medium is given: the house's own mail server among it, null when the settings name none. */
export type SendContext = Context & { house: email.HouseMail | null }

/** config: its JSON as people write it and REST takes it. secrets: the fields of it that are never returned. */
export type Medium = {
  config: z.ZodType
  secrets: readonly string[]
  send: (config: unknown, notice: Notice, context: SendContext) => Promise<Sent>
}

/** kind -> what its configuration looks like and how it is sent to: the one table of media. */
export const media: Readonly<Record<MediumKind, Medium>> = {
  email: medium(email.EmailConfig, email.secrets, email.sendEmail),
  slack: medium(slack.SlackConfig, slack.secrets, slack.sendSlack),
  discord: medium(discord.DiscordConfig, discord.secrets, discord.sendDiscord),
  teams: medium(teams.TeamsConfig, teams.secrets, teams.sendTeams),
  sms: medium(sms.SmsConfig, sms.secrets, sms.sendSms),
  webhook: medium(webhook.WebhookConfig, webhook.secrets, webhook.sendWebhook),
  pagerduty: medium(pagerduty.PagerdutyConfig, pagerduty.secrets, pagerduty.sendPagerduty),
  opsgenie: medium(opsgenie.OpsgenieConfig, opsgenie.secrets, opsgenie.sendOpsgenie),
  ntfy: medium(ntfy.NtfyConfig, ntfy.secrets, ntfy.sendNtfy),
  telegram: medium(telegram.TelegramConfig, telegram.secrets, telegram.sendTelegram),
  pushover: medium(pushover.PushoverConfig, pushover.secrets, pushover.sendPushover),
}

/** True for every kind but web push. */
export function isMediumKind(kind: ChannelKind): kind is MediumKind {
  return kind !== 'web_push'
}

/** What was kept is read again each time: it may be from before a field became stricter. */
function medium<T>(
  config: z.ZodType<T>,
  secrets: readonly string[],
  send: (config: T, notice: Notice, context: SendContext) => Promise<Sent>,
): Medium {
  return {
    config,
    secrets,
    send: (kept, notice, context) => {
      const read = config.safeParse(kept)
      if (!read.success) throw new DeliveryError(faultOf(read.error), { permanent: true })
      return send(read.data, notice, context)
    },
  }
}

/** Names the fields, never what they hold. */
function faultOf(error: z.ZodError): string {
  const parts = error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
  return `The configuration cannot be used: ${parts.join('; ')}`
}
