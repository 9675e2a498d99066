import type { Sql, TransactionSql } from 'postgres'

/** Tells every web that devices, sites or probes changed; what a probe has to hear of it is sent after the commit. */
export async function assignmentChanged(tx: Sql | TransactionSql): Promise<void> {
  await tx`select pg_notify('beatline_assignment', '')`
}
