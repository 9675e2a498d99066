import type { Session } from '@/lib/session'
import { findUser } from '@/lib/store/users'
import { readViewer } from '../viewer'

/** The zone in which this viewer reads times: the one that they chose, else that of their browser. */
export async function viewersZone({ userId }: Session): Promise<string> {
  const [viewer, user] = await Promise.all([readViewer(), userId === null ? null : findUser(userId)])
  return user?.timeZone ?? viewer.zone
}
