'use server'
import { revalidatePath } from 'next/cache'
import { renewPingKey } from '@/lib/store/job-index'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'

/** Makes another ping key; the one before is no longer ours. */
export async function renewKey(): Promise<FormState> {
  return attempt('write', async () => {
    await renewPingKey()
    revalidatePath('/settings/heartbeats')
    return { done: 'There is a new key.' }
  })
}
