import { z } from 'zod'

/** The account that texts to clients go out from. */
export type TwilioSettings = { account_sid: string; auth_token: string; from_number: string }

/** TWILIO_FROM is a number of the account, a sender's name, or a messaging service (MG...). */
export const twilioShape = {
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'expected the id of an account, such as AC0123...')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().max(200).optional(),
  TWILIO_FROM: z
    .string()
    .transform((text) => (/^\+/.test(text) ? text.replace(/[\s().-]/g, '') : text))
    .pipe(
      z
        .string()
        .regex(
          /^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$/,
          'expected a number such as +14065550199, a sender of up to 11 letters, or a messaging service (MG...)',
        ),
    )
    .optional(),
}
type Twilio = z.infer<z.ZodObject<typeof twilioShape>>

/** The account; undefined when none is set. All three go together. */
export function twilioOf(set: Twilio): { account: TwilioSettings | undefined } | { fault: string } {
  const { TWILIO_ACCOUNT_SID: account_sid, TWILIO_AUTH_TOKEN: auth_token, TWILIO_FROM: from_number } = set
  if (account_sid && auth_token && from_number) return { account: { account_sid, auth_token, from_number } }
  const missing = Object.keys(twilioShape).filter((name) => !set[name as keyof Twilio])
  if (missing.length === 3) return { account: undefined }
  return {
    fault: `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set though the rest of TWILIO_* is: expected all three, or none`,
  }
}
