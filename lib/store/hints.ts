import type { TransactionSql } from 'postgres'
import type { HintItem } from '@/lib/wire/walk'

/** Keeps what a probe heard of devices that are watched: traps, reboots, stations that left. */
export async function saveHints(tx: TransactionSql, items: readonly HintItem[]): Promise<void> {
  if (items.length === 0) return
  await tx`
    insert into device_hints (device_id, at, kind, detail)
    select h.target_id, least(to_timestamp(h.at / 1000.0), now()), h.kind, h.detail
    from jsonb_to_recordset(${tx.json(items.map((item) => ({ ...item, detail: item.detail.replace(/[\p{Cc}\p{Cs}]/gu, '') })))}) as h(target_id int, at float8, kind text,
      detail text) join devices d on d.id = h.target_id`
}
