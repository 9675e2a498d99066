import { ownCheckFault } from '@/lib/domain/self-checks'
import { guarded, noContent, notFound, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { deleteJobs, updateJob } from '@/lib/store/job-writes'
import { ApplicationPatch } from '@/lib/wire/rest-jobs'
import { refused } from '../../devices/input'
import { applicationAnswer, applicationAt, type Path } from '../answer'
import { jobChange } from '../input'

export const GET = guarded<Path>('read', async ({ params, session }) =>
  applicationAnswer(await applicationAt(params), session),
)

/** PUT keeps what it does not name, as the service before this one did. */
const change = guarded<Path>('write', async ({ request, params, session }) => {
  const standing = await applicationAt(params)
  const result = await updateJob(standing.id, jobChange(await readJson(request, ApplicationPatch), standing))
  if (!result) throw notFound('No application', params.id)
  if ('fault' in result) throw refused(result)
  return applicationAnswer(result.job, session)
})

export { change as PATCH, change as PUT }

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const { id, selfCheck } = await applicationAt(params)
  if (selfCheck) throw new Problem('conflict', ownCheckFault)
  if ((await deleteJobs([id])) === 0) throw notFound('No application', params.id)
  return noContent()
})
