import { DeliveryError } from './delivery-error'
import type { HouseMail } from './email'
import { submitMail } from './smtp'

/** Mails the house itself what the mailbox is searched for later. Throws a DeliveryError. */
export async function sendCheckMail(house: HouseMail, to: string, token: string, signal: AbortSignal): Promise<void> {
  const mail = {
    from: { name: 'Beatline', address: house.from },
    to,
    subject: `Beatline self-check ${token}`,
    text:
      'Beatline mails this to itself, and takes it out of the mailbox 15 minutes later: so it knows that its mail arrives.\n' +
      'You may delete it when it is older than an hour.\n',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
  const { rejected, response } = await submitMail(house, house.host, mail, signal)
  if (rejected.length > 0)
    throw new DeliveryError(`${house.host} refused ${rejected.join(', ')}: ${response}`, { permanent: true })
}
