import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { JobForm } from '@/app/ui/job/job-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { findJob, jobTags } from '@/lib/store/jobs'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Edit a job' }

export default async function EditJobPage({ params }: { params: Promise<{ id: string }> }) {
  const [{ role }, { id }] = await Promise.all([requireUser(), params])
  const job = /^\d{1,9}$/.test(id) ? await findJob(Number(id)) : null
  if (!job) notFound()
  const [sites, tags, channels] = await Promise.all([listSites(), jobTags(200), listChannelChoices()])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Edit {job.name}</h1>
      </header>
      {job.selfCheck ? (
        <p className="note">
          <span>
            This is a check that Beatline makes of itself. When it is made stands in{' '}
            {job.selfCheck === 'source' ? (
              <Link href="/settings/sources" className="link">
                Sources
              </Link>
            ) : (
              <Link href="/settings/self-checks" className="link">
                Self-checks
              </Link>
            )}
            .
          </span>
        </p>
      ) : allows(role, 'write') ? (
        <JobForm
          job={job}
          sites={sites.map((site) => site.name)}
          tags={tags.map(({ tag }) => tag)}
          channels={channels}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to change jobs.</p>
      )}
    </div>
  )
}
