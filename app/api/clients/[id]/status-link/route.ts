import { env } from '@/lib/env'
import { created, guarded, noContent, notFound, pathId } from '@/lib/guarded'
import { renewClientLink, revokeClientLink } from '@/lib/store/status-links'

type Path = { id: string }

export const POST = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  const path = await renewClientLink(id)
  if (path === null) throw notFound('No client', id)
  const url = `${env().siteUrl}${path}`
  return created(url, { url })
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  if (!(await revokeClientLink(id))) throw notFound('No client with a link', id)
  return noContent()
})
