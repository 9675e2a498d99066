import type { TransactionSql } from 'postgres'
import type { Plan, RecordKind } from '@/lib/domain/source-plan'
import { recordset } from './recordset'

export type RecordRow = {
  kind: RecordKind
  key: string
  mac: string | null
  name: string
  id: number | null // of what it stands for
  record: unknown
  said: Record<string, unknown>
}

const rowsAtOnce = 2000

/** Keeps what a source lists now; what it lists no more is marked. A key that was handed on goes with what it said. */
export async function writeRecords(
  tx: TransactionSql,
  sourceId: number,
  { devices, vanished }: Plan,
  rows: readonly RecordRow[],
): Promise<void> {
  const handedOn = devices.flatMap((row) => row.before ?? [])
  await tx`
    delete from source_records where source_id = ${sourceId} and kind = 'device' and key = any(${handedOn}::text[])`
  for (let i = 0; i < rows.length; i += rowsAtOnce) {
    await tx`
      insert into source_records (source_id, kind, key, mac, name, device_id, site_id, client_id, service_id, record, said,
        seen_at)
      select ${sourceId}, kind, key, mac, name, case when kind = 'device' then id end, case when kind = 'site' then id end,
        case when kind = 'client' then id end, case when kind = 'service' then id end, record, said, now()
      from jsonb_to_recordset(${recordset(tx, rows.slice(i, i + rowsAtOnce))}) as r(kind text, key text, mac text,
        name text, id int, record jsonb, said jsonb)
      on conflict (source_id, kind, key) do update set mac = excluded.mac, name = excluded.name,
        device_id = excluded.device_id, site_id = excluded.site_id, client_id = excluded.client_id,
        service_id = excluded.service_id, record = excluded.record, said = excluded.said, seen_at = excluded.seen_at,
        vanished_at = null`
  }
  await tx`
    update source_records r set vanished_at = now()
    from jsonb_to_recordset(${recordset(tx, vanished)}) as v(kind text, key text)
    where r.source_id = ${sourceId} and r.kind = v.kind and r.key = v.key and r.vanished_at is null`
  await tx`
    update client_services s set vanished_at = r.vanished_at
    from source_records r
    where r.source_id = ${sourceId} and r.kind = 'service' and s.id = r.service_id
      and s.vanished_at is distinct from r.vanished_at`
}
