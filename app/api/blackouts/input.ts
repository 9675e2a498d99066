import { type BlackoutRule, readBlackout } from '@/lib/domain/blackout'
import { Problem } from '@/lib/problem'
import type { StoredBlackout } from '@/lib/store/blackouts'
import { unknownThings } from '@/lib/store/known-things'
import type { BlackoutPatch } from '@/lib/wire/rest-blackouts'
import { clock } from './answer'

const onWire: Record<string, string> = {
  coversAll: 'covers_all',
  targetIds: 'targets',
  siteIds: 'sites',
  fromAt: 'from_at',
  untilAt: 'until_at',
  startMinute: 'start',
  endMinute: 'end',
  zone: 'timezone',
  periodsLeft: 'periods_left',
}

/** The definition that a request gives, over the standing one where it may leave things out. Throws invalid-input. */
export async function blackoutRule(said: BlackoutPatch, standing: StoredBlackout | null): Promise<BlackoutRule> {
  const read = readBlackout(
    {
      kind: said.kind ?? standing?.kind,
      reason: said.reason ?? standing?.reason,
      coversAll: said.covers_all ?? standing?.coversAll,
      targetIds: said.targets ?? standing?.targetIds,
      siteIds: said.sites ?? standing?.siteIds,
      tags: said.tags ?? standing?.tags,
      fromAt: said.from_at ?? standing?.fromAt,
      untilAt: said.until_at === undefined ? standing?.untilAt : said.until_at,
      weekdays: said.weekdays ?? standing?.weekdays ?? undefined,
      startMinute: said.start ?? clock(standing?.startMinute ?? null) ?? undefined,
      endMinute: said.end ?? clock(standing?.endMinute ?? null) ?? undefined,
      zone: said.timezone ?? standing?.zone,
      periodsLeft: said.periods_left ?? standing?.periodsLeft ?? undefined,
      planned: said.planned ?? standing?.planned,
    },
    Date.now(),
  )
  if ('fault' in read) {
    const fault = read.fault.replace(/^[a-zA-Z]+(?=:)/, (field) => onWire[field] ?? field)
    throw new Problem('invalid-input', fault)
  }
  await refuseUnknown(read.blackout, standing)
  return read.blackout
}

/** What went since a blackout was made may stay in it; what is named anew has to exist. */
async function refuseUnknown(rule: BlackoutRule, standing: StoredBlackout | null): Promise<void> {
  const added = {
    targets: rule.targetIds.filter((id) => !standing?.targetIds.includes(id)),
    sites: rule.siteIds.filter((id) => !standing?.siteIds.includes(id)),
  }
  const unknown = await unknownThings({ ...added, jobsOnly: rule.kind === 'periods' })
  const expected = rule.kind === 'periods' ? 'the id of a job' : 'ids of devices and jobs'
  if (unknown.targets.length > 0) {
    throw new Problem('invalid-input', `targets: found ${unknown.targets.slice(0, 8).join(', ')}, expected ${expected}`)
  }
  if (unknown.sites.length > 0) {
    throw new Problem('invalid-input', `sites: found ${unknown.sites.slice(0, 8).join(', ')}, expected ids of sites`)
  }
}
