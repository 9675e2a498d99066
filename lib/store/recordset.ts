import type { JSONValue, TransactionSql } from 'postgres'

/** Rows as PostgreSQL takes them in one parameter, for jsonb_to_recordset. */
export const recordset = (tx: TransactionSql, rows: readonly object[]) => tx.json(rows as unknown as JSONValue)
