'use server'
import { revalidatePath } from 'next/cache'
import { isZone } from '@/lib/domain/schedule'
import { requireUser } from '@/lib/session'
import { updateUser } from '@/lib/store/users'

/** Keeps the zone in which this operator reads times; an empty one is that of each device. */
export async function chooseZone(zone: string): Promise<void> {
  const { userId } = await requireUser()
  if (userId === null || (zone !== '' && !isZone(zone))) return
  await updateUser(userId, { timeZone: zone === '' ? null : zone })
  revalidatePath('/', 'layout')
}
