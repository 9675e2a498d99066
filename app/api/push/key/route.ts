import { guarded } from '@/lib/guarded'
import { vapidKeys } from '@/lib/store/settings'

/** The VAPID public key that browsers subscribe with. */
export const GET = guarded('read', async () => ({ public_key: (await vapidKeys()).publicKey }))
