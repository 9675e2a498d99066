import { guarded, readOptionalJson } from '@/lib/guarded'
import { pauseJobs } from '@/lib/store/job-writes'
import { PauseInput } from '@/lib/wire/rest-jobs'
import { applicationAnswer, applicationAt, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ request, params, session }) => {
  const { sticky } = await readOptionalJson(request, PauseInput)
  const { id } = await applicationAt(params)
  await pauseJobs([id], true, { sticky })
  return applicationAnswer(await applicationAt(params), session)
})
