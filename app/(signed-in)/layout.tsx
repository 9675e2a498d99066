import { Frame } from '@/app/ui/frame/frame'
import { PushHealer } from '@/app/ui/push/push-healer'
import { ChosenZone } from '@/app/ui/time'
import { readViewer } from '@/app/ui/viewer'
import { moodOf } from '@/lib/domain/board'
import { type Status, statuses } from '@/lib/domain/status'
import { requireUser } from '@/lib/session'
import { readPulse } from '@/lib/store/board'
import { findUser } from '@/lib/store/users'

/** The frame round every page. Each page asks for its user itself: a layout is no guard. */
export default async function SignedInLayout({ children }: { children: React.ReactNode }) {
  const [session, viewer, pulse] = await Promise.all([requireUser(), readViewer(), readPulse()])
  const user = session.userId === null ? null : await findUser(session.userId)
  return (
    <ChosenZone zone={user?.timeZone ?? null}>
      <Frame
        operator={{ name: session.name, email: session.email ?? '', role: session.role }}
        theme={viewer.theme}
        dark={(pulse.counts.down ?? 0) + (pulse.jobCounts.down ?? 0)}
        openIncidents={pulse.openIncidents}
        mood={moodOf(together(pulse.counts, pulse.jobCounts), pulse.telling || pulse.devices === 0)}
        lastEventId={pulse.lastEventId}
      >
        {children}
        <PushHealer />
      </Frame>
    </ChosenZone>
  )
}

type Counts = Partial<Record<Status, number>>
const together = (devices: Counts, jobs: Counts): Counts =>
  Object.fromEntries(statuses.map((status) => [status, (devices[status] ?? 0) + (jobs[status] ?? 0)]))
