import { beatKey, ruleOfLimits } from '@/lib/domain/beat-words'
import type { RawRecord } from '@/lib/domain/device-import'
import { shown } from '@/lib/domain/job-record'
import type { JobList } from './job-list'

/** The list of heartbeat.sh (`GET /heartbeats`): warning is the period, what error adds to it the grace. */
export function readHeartbeatSh(records: readonly RawRecord[]): JobList {
  const list: JobList = { jobs: [], devices: [], rejected: [], notes: [] }
  for (const { line, cells } of records) {
    const name = typeof cells.Name === 'string' ? cells.Name.trim() : ''
    const limits = beatKey.limits(limit(cells.Warning), limit(cells.Error))
    if ('fault' in limits) {
      list.rejected.push({ line, name, reason: limits.fault })
      continue
    }
    const only = limits.warning === null && limits.error !== null // then it is dark after the error, and never late
    const rule = only ? { seconds: limits.error, graceSeconds: 0 } : ruleOfLimits(limits, null)
    list.jobs.push({ line, cells: { name, expected_interval: rule.seconds, grace_period: rule.graceSeconds } })
    if (limits.warning === null && limits.error === null) {
      const reason = `Warning: found neither it nor Error, so it is expected every ${rule.seconds} s`
      list.notes.push({ line, name, reason })
    }
  }
  return list
}

/** 0 and none mean that there is no such limit. */
function limit(value: unknown): string | null {
  if (value === undefined || value === null || value === '' || value === 0 || value === '0') return null
  return typeof value === 'number' || typeof value === 'string' ? String(value) : shown(value)
}
