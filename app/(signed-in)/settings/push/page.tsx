import type { Metadata } from 'next'
import { pushDeviceAnswer } from '@/app/api/push/answer'
import { PushDevices } from '@/app/ui/push/push-devices'
import { requireUser } from '@/lib/session'
import { listPushDevices } from '@/lib/store/push-devices'

export const metadata: Metadata = { title: 'Push devices' }

/** The phones and computers that this operator is told on. */
export default async function PushDevicesPage() {
  const { userId } = await requireUser()
  const devices = userId === null ? [] : await listPushDevices(userId)
  return (
    <div className="page" data-width="text">
      <div className="page-head">
        <h1>Push devices</h1>
      </div>
      <PushDevices initial={devices.map(pushDeviceAnswer)} />
    </div>
  )
}
