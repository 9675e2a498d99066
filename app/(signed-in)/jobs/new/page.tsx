import type { Metadata } from 'next'
import Link from 'next/link'
import { JobForm } from '@/app/ui/job/job-form'
import { allows } from '@/lib/rights'
import { requireUser } from '@/lib/session'
import { listChannelChoices } from '@/lib/store/channel-choices'
import { jobTags } from '@/lib/store/jobs'
import { listSites } from '@/lib/store/sites'

export const metadata: Metadata = { title: 'Add a job' }

export default async function NewJobPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>
}) {
  const [{ role }, { behind }] = await Promise.all([requireUser(), searchParams])
  const mayWrite = allows(role, 'write')
  const [sites, tags, channels] = await Promise.all([listSites(), jobTags(200), listChannelChoices()])
  return (
    <div className="page" data-width="text">
      <header className="page-head">
        <h1>Add a job</h1>
        {mayWrite && (
          <Link href="/jobs/import" className="link">
            Or import a list
          </Link>
        )}
      </header>
      {mayWrite ? (
        <JobForm
          sites={sites.map((site) => site.name)}
          tags={tags.map(({ tag }) => tag)}
          channels={channels}
          suggested={{ runsBehind: typeof behind === 'string' ? behind.slice(0, 120) : undefined }}
        />
      ) : (
        <p className="note">Your role may read only: an operator has to add jobs.</p>
      )}
    </div>
  )
}
