import { guarded, readJson } from '@/lib/guarded'
import { readAllowedRanges, writeAllowedRanges } from '@/lib/store/discovery-ranges'
import { RangesInput } from '@/lib/wire/rest-discoveries'

export const GET = guarded('read', async () => ({ ranges: await readAllowedRanges() }))

export const PUT = guarded('admin', async ({ request }) => {
  const { ranges } = await readJson(request, RangesInput)
  await writeAllowedRanges(ranges)
  return { ranges }
})
