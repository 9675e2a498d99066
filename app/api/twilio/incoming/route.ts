import { cleanLine, cutText } from '@/lib/domain/cut-text'
import { phoneNumber } from '@/lib/domain/message-recipient'
import { optWord } from '@/lib/domain/message-stop'
import { problemResponse } from '@/lib/problem'
import { optIn, optOut } from '@/lib/store/opt-outs'
import { readTwilioForm } from '@/lib/twilio-callback'

/**
 * A text that came in: STOP and its like end texts to that number, START takes that back. Twilio answers both by itself, so
 * nothing is said here.
 */
export async function POST(request: Request): Promise<Response> {
  try {
    const { From = '', Body = '', OptOutType = '' } = await readTwilioForm(request)
    const address = phoneNumber(From)
    const wish = /^(stop|start)$/i.test(OptOutType) ? OptOutType.toLowerCase() : optWord(Body)
    if (address !== null && wish === 'stop')
      await optOut({ medium: 'sms', address, how: `${cutText(cleanLine(Body), 20) || 'STOP'} by text` }, new Date())
    if (address !== null && wish === 'start') await optIn({ medium: 'sms', address })
    return new Response('<?xml version="1.0" encoding="UTF-8"?><Response></Response>', {
      headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' },
    })
  } catch (error) {
    return problemResponse(error)
  }
}
