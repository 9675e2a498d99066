import type { Sql, TransactionSql } from 'postgres'
import { z } from 'zod'
import { privateRanges } from '@/lib/domain/address-range'
import { sql } from './database'
import { readSetting, writeSetting } from './settings'

const Stored = z.array(z.string()).max(256)

/** The ranges, canonical CIDRs, that a discovery may look at: as kept, else those of private networks. */
export async function readAllowedRanges(on: Sql | TransactionSql = sql): Promise<string[]> {
  const kept = Stored.safeParse(await readSetting('discovery_ranges', on))
  return kept.success ? kept.data : [...privateRanges]
}

/** Keeps the ranges; none: no discovery may look anywhere. */
export async function writeAllowedRanges(ranges: readonly string[]): Promise<void> {
  await writeSetting('discovery_ranges', [...ranges])
}
