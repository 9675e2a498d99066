import { created, guarded, readJson, readQuery } from '@/lib/guarded'
import { createJob } from '@/lib/store/job-writes'
import { listJobs } from '@/lib/store/jobs'
import { ApplicationInput, ApplicationQuery } from '@/lib/wire/rest-jobs'
import { refused } from '../devices/input'
import { applicationAnswer } from './answer'
import { jobChange } from './input'

const defaultGraceSeconds = 60

export const GET = guarded('read', async ({ request, session }) => {
  const { status, ...query } = readQuery(request, ApplicationQuery)
  const { items, next } = await listJobs({ ...query, status: status === 'down' ? ['down', 'unreachable'] : status })
  return { items: items.map((job) => applicationAnswer(job, session)), next }
})

export const POST = guarded('write', async ({ request, session }) => {
  const input = await readJson(request, ApplicationInput)
  const said = { ...jobChange(input, null), name: input.name }
  const made = await createJob(
    { ...said, graceSeconds: said.graceSeconds ?? defaultGraceSeconds },
    { unique: input.unique?.includes('name') ?? false },
  )
  if ('fault' in made) throw refused(made)
  const answer = applicationAnswer(made.job, session)
  return made.created ? created(`/api/applications/${made.job.id}`, answer) : answer
})
