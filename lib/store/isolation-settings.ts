import type { Sql, TransactionSql } from 'postgres'
import { z } from 'zod'
import type { PingRule } from '@/lib/domain/inheritance'
import { env } from '@/lib/env'
import { assignmentChanged } from './assignment'
import { sql, transaction } from './database'
import { orImpossible, requirePossible, ruleFaults } from './rule-check'
import { readSetting, writeSetting } from './settings'

const Stored = z.object({ interval: z.number(), timeout: z.number(), misses: z.number(), within: z.number() }).partial()

/** The rule of every device that neither its site nor itself says otherwise: as kept, else by the environment. */
export async function readIsolation(on: Sql | TransactionSql = sql): Promise<PingRule> {
  const kept = Stored.safeParse(await readSetting('isolation', on)).data ?? {}
  const { pingInterval, pingTimeout, isolateMisses, isolateSeconds } = env()
  return {
    interval: kept.interval ?? pingInterval,
    timeout: kept.timeout ?? pingTimeout,
    misses: kept.misses ?? isolateMisses,
    within: kept.within ?? isolateSeconds,
  }
}

/** Keeps the rule and has the probes told. A fault when what a site or a device says could no longer be met with it. */
export async function writeIsolation(rule: PingRule): Promise<{ fault: string } | 'written'> {
  return orImpossible(() =>
    transaction(async (tx) => {
      const before = await ruleFaults(tx, await readIsolation(tx))
      requirePossible(before, await ruleFaults(tx, rule))
      await writeSetting('isolation', rule, tx)
      await assignmentChanged(tx)
      return 'written' as const
    }),
  )
}
