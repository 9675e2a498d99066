import type { Sql } from 'postgres'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Hours } from '@/lib/domain/hours'
import { sendDigests } from '@/lib/store/digests'
import { fileOutages } from '@/lib/store/filing'
import { askDue } from '@/lib/store/pending-tellings'
import { tellWithheld } from '@/lib/store/withheld'

export type ChannelOf = {
  kind?: ChannelKind
  hours?: Hours
  criticalBreaksThrough?: boolean
  coolOffMinutes?: number | null
  escalateTo?: number | null
  escalateAfterMinutes?: number | null
}

/** A channel of a kind that is no one's own: messages to it end in the outbox. */
export async function addChannel(sql: Sql, name: string, of: ChannelOf = {}): Promise<number> {
  const { kind = 'ntfy', hours, criticalBreaksThrough = true, coolOffMinutes = null, escalateTo = null } = of
  const [row] = await sql<{ id: number }[]>`
    insert into channels (kind, name, critical_breaks_through, cool_off_minutes, escalate_to, escalate_after_minutes)
    values (${kind}, ${name}, ${criticalBreaksThrough}, ${coolOffMinutes}, ${escalateTo}, ${of.escalateAfterMinutes ?? null})
    returning id`
  const id = row?.id ?? 0
  if (hours) await sql`update channels set hours = ${sql.json(hours as never)} where id = ${id}`
  return id
}

/** What keepers do in a round at `at`. Returns how many digests went out. */
export async function round(at: Date): Promise<number> {
  await fileOutages(at)
  await tellWithheld(at)
  for (;;) if (!(await askDue(at)).more) break
  return sendDigests(at)
}

/** Everything that was decided: "Ops opened sent (told)". */
export async function decided(sql: Sql, incidentId?: number): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select c.name || ' ' || d.event || ' ' || d.outcome || ' (' || d.rule || ')' as text
    from decisions d join channels c on c.id = d.channel_id
    where ${incidentId ?? null}::int is null or d.incident_id = ${incidentId ?? null} order by d.id`
  return rows.map(({ text }) => text)
}

/** Everything on its way to channels that are no one's own: "Ops opened 1", of a digest "Ops digest of 12". */
export async function onItsWay(sql: Sql): Promise<string[]> {
  const rows = await sql<{ text: string }[]>`
    select c.name || ' ' || d.event || ' ' ||
      case when d.event = 'digest' then 'of ' || jsonb_array_length(d.message->'items') else d.sequence::text end as text
    from channel_deliveries d join channels c on c.id = d.channel_id order by d.id`
  return rows.map(({ text }) => text)
}
