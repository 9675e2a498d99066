import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { DarkList } from '@/app/ui/board/dark-list'
import { FirstRun } from '@/app/ui/board/first-run'
import { JobsRow } from '@/app/ui/board/jobs-row'
import { Quiet } from '@/app/ui/board/quiet'
import { SiteRows } from '@/app/ui/board/site-rows'
import { Snapshot } from '@/app/ui/board/snapshot'
import { Summary } from '@/app/ui/board/summary'
import { UnwellList } from '@/app/ui/board/unwell-list'
import { Icon } from '@/app/ui/icons'
import { stripsOf } from '@/app/ui/job/listed-jobs'
import { groupDark } from '@/lib/domain/board'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import {
  firstRunSteps,
  listDark,
  listJobDots,
  listSiteRows,
  listUnwell,
  quietSince,
  readPulse,
  sampleDevices,
  sampleJobs,
} from '@/lib/store/board'
import { liveByIncident } from '@/lib/store/client-message-history'

export const metadata: Metadata = { title: 'Board' }

const mostDark = 400
const mostJobDots = 48

export default async function BoardPage() {
  const session = await requireUser()
  const [pulse, { dark, total }, unwell] = await Promise.all([readPulse(), listDark(mostDark), listUnwell(50)])
  const mayWrite = allows(session.role, 'write')
  const groups = groupDark(dark)
  const darkJobs = groups.flatMap(({ root }) => (root.kind === 'job' ? [root.targetId] : []))
  const shownAt = Date.now()
  const isStorm = groups.length > 3 // their count would be below the fold

  if (pulse.devices + pulse.jobs === pulse.ownChecks)
    return <FirstRun steps={await firstRunSteps(session.userId)} mayWrite={mayWrite} />
  return (
    <div className="page">
      <header className="page-head">
        <h1>Board</h1>
        {mayWrite && (
          <Link href="/devices/new" className="button desk-only" data-size="small">
            <Icon name="plus" size={16} />
            Add a device
          </Link>
        )}
      </header>
      {isStorm && <Summary counts={pulse.counts} jobCounts={pulse.jobCounts} openIncidents={pulse.openIncidents} />}
      {groups.length > 0 ? (
        <DarkList
          groups={groups}
          total={total}
          mayWrite={mayWrite}
          telling={pulse.telling || pulse.devices === 0}
          beats={await stripsOf(darkJobs, 90)}
          messages={await liveByIncident()}
        />
      ) : (
        <Quiet
          since={await quietSince()}
          sample={await sampleDevices(40)}
          jobs={await sampleJobs(40)}
          telling={pulse.telling || pulse.devices === 0}
        />
      )}
      {!isStorm && <Summary counts={pulse.counts} jobCounts={pulse.jobCounts} openIncidents={pulse.openIncidents} />}
      {unwell.length > 0 && <UnwellList unwell={unwell} />}
      {pulse.jobs > 0 && (
        <Suspense fallback={<p className="muted">Reading the jobs</p>}>
          <JobsRow jobs={listJobDots(mostJobDots)} counts={pulse.jobCounts} total={pulse.jobs} />
        </Suspense>
      )}
      {pulse.devices > 0 && (
        <Suspense fallback={<p className="muted">Reading the sites</p>}>
          <SiteRows rows={listSiteRows()} />
        </Suspense>
      )}
      <Snapshot
        board={{
          at: new Date(shownAt).toISOString(),
          counts: pulse.counts,
          dark: groups.slice(0, 50).map(({ root, behind }) => ({
            name: root.name,
            site: root.siteName,
            state: root.state,
            since: new Date(root.beganAt).toISOString(),
            behind: behind.length,
          })),
        }}
      />
    </div>
  )
}
