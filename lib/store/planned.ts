import type { TransactionSql } from 'postgres'
import { activeAt } from '@/lib/domain/blackout'
import { blackoutsCovering } from './blackouts'

type Begun = { outageId: number; targetId: number; beganAt: Date; isolatedAt: Date }

/** Marks the outages that began in a blackout which says that they were planned: uptime leaves them out. */
export async function markPlanned(tx: TransactionSql, outages: readonly Begun[]): Promise<void> {
  if (outages.length === 0) return
  const oldest = new Date(Math.min(...outages.map((outage) => outage.beganAt.getTime())))
  const targetIds = [...new Set(outages.map((outage) => outage.targetId))]
  const covering = await blackoutsCovering(tx, targetIds, oldest)
  const planned = outages.filter(({ targetId, beganAt, isolatedAt }) =>
    covering
      .get(targetId)
      ?.some((one) => one.planned && (activeAt(one, beganAt.getTime()) || activeAt(one, isolatedAt.getTime()))),
  )
  if (planned.length === 0) return
  await tx`update outages set planned = true where id = any(${planned.map((outage) => outage.outageId)}::int[])`
}
