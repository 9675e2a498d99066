import { smsFailure, smsOutcome } from '@/lib/domain/message-outcome'
import { noContent } from '@/lib/guarded'
import { problemResponse } from '@/lib/problem'
import { applyOutcome } from '@/lib/store/message-sends'
import { optOut } from '@/lib/store/opt-outs'
import { readTwilioForm } from '@/lib/twilio-callback'

/** Twilio tells what became of a text. Its signature is its credential; of what is not ours nothing is said. */
export async function POST(request: Request): Promise<Response> {
  try {
    const { MessageSid = '', MessageStatus = '', ErrorCode = '', To = '' } = await readTwilioForm(request)
    const outcome = smsOutcome(MessageStatus)
    if (outcome === null || MessageSid === '') return noContent()
    const now = new Date()
    const identity = new URL(request.url).searchParams.get('identity')
    await applyOutcome({ identity, providerId: MessageSid }, outcome, smsFailure(ErrorCode || null), now)
    if (ErrorCode === '21610') await optOut({ medium: 'sms', address: To, how: 'STOP by text, says Twilio' }, now)
    return noContent()
  } catch (error) {
    return problemResponse(error)
  }
}
