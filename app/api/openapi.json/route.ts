import { env } from '@/lib/env'
import { guarded } from '@/lib/guarded'
import { openApi } from '@/lib/wire/openapi'

export const GET = guarded('read', async () => openApi(env().siteUrl))
