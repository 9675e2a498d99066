import { compilePriority } from '@/lib/domain/priority'
import { defaultPriority } from '@/lib/domain/priority-words'
import { guarded, readJson } from '@/lib/guarded'
import { readPriorityText, writePriority } from '@/lib/store/routes'
import { PriorityInput } from '@/lib/wire/rest-routes'
import { priorityProblem } from './problem'

const answer = async () => ({ expression: await readPriorityText(), default: defaultPriority })

export const GET = guarded('read', answer)

export const PUT = guarded('write', async ({ request }) => {
  const { expression } = await readJson(request, PriorityInput)
  const read = compilePriority(expression)
  if ('fault' in read) throw priorityProblem('expression', read.fault)
  await writePriority(expression)
  return answer()
})
