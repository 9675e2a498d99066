import { type PingRule, ruleFault } from '@/lib/domain/inheritance'
import { env } from '@/lib/env'
import { guarded, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { readIsolation, writeIsolation } from '@/lib/store/isolation-settings'
import { IsolationInput } from '@/lib/wire/rest'

const answer = ({ interval, timeout, misses, within }: PingRule) => ({ interval, timeout, misses, seconds: within })

export const GET = guarded('read', async () => answer(await readIsolation()))

export const PUT = guarded('write', async ({ request }) => {
  const { seconds, ...rest } = await readJson(request, IsolationInput)
  const rule = { ...rest, within: seconds }
  const fault = ruleFault(rule, env().confirmInterval)
  if (fault) throw new Problem('invalid-input', fault)
  const written = await writeIsolation(rule)
  if (written !== 'written') throw new Problem('invalid-input', written.fault)
  return answer(await readIsolation())
})
