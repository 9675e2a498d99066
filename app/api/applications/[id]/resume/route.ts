import { guarded } from '@/lib/guarded'
import { pauseJobs } from '@/lib/store/job-writes'
import { applicationAnswer, applicationAt, type Path } from '../../answer'

export const POST = guarded<Path>('write', async ({ params, session }) => {
  const { id } = await applicationAt(params)
  await pauseJobs([id], false)
  return applicationAnswer(await applicationAt(params), session)
})
