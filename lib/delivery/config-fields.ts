import { z } from 'zod'

const isWebAddress = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
const hasCredentials = (text: string) =>
  URL.canParse(text) && `${new URL(text).username}${new URL(text).password}` !== ''

/** An address of the web as people paste it. Where it leads is judged at each request, not here. */
export const webAddress = z
  .string()
  .trim()
  .max(2048, 'expected at most 2,048 characters')
  .refine(isWebAddress, 'expected an address such as https://example.net/...')
  .refine((text) => !hasCredentials(text), 'expected an address without a name and a password in it')

/** A text of one line. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'expected some text')
    .max(max, `expected at most ${max} characters`)
    .regex(/^\P{Cc}*$/u, 'expected one line')
