import type { Sql, TransactionSql } from 'postgres'
import {
  type MessagePart,
  type MessageTemplate,
  type MessageWords,
  shippedName,
  shippedTemplate,
} from '@/lib/domain/message-words'
import { Problem } from '@/lib/problem'
import { sql, transaction } from './database'

type Row = MessageWords & { part: MessagePart }

/** The names of all templates, the shipped one first. */
export async function listTemplateNames(): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct name from message_templates where name <> ${shippedName} order by name limit 200`
  return [shippedName, ...rows.map(({ name }) => name)]
}

/** A template's words; of the shipped one those that were changed stand in for the shipped. Null: there is none. */
export async function readTemplate(name: string, on: Sql | TransactionSql = sql): Promise<MessageTemplate | null> {
  const rows = await on<Row[]>`
    select part, language, medium, subject, body from message_templates where name = ${name} order by language, medium`
  if (rows.length === 0 && name !== shippedName) return null
  return {
    first: wordsOf('first', rows, name === shippedName),
    follow_up: wordsOf('follow_up', rows, name === shippedName),
  }
}

function wordsOf(part: MessagePart, rows: readonly Row[], isShipped: boolean): MessageWords[] {
  const own = rows
    .filter((row) => row.part === part)
    .map(({ language, medium, subject, body }) => ({ language, medium, subject, body }))
  if (!isShipped) return own
  const isOwn = (shipped: MessageWords) =>
    own.some(({ language, medium }) => language === shipped.language && medium === shipped.medium)
  return [...own, ...shippedTemplate[part].filter((shipped) => !isOwn(shipped))]
}

/** Keeps the words of one part, language and medium. */
export async function saveWords(name: string, part: MessagePart, words: MessageWords, on: Sql | TransactionSql = sql) {
  const { language, medium, subject, body } = words
  await on`
    insert into message_templates (name, part, language, medium, subject, body)
    values (${name}, ${part}, ${language}, ${medium}, ${subject}, ${body})
    on conflict (name, part, language, medium)
    do update set subject = excluded.subject, body = excluded.body, updated_at = now()`
}

/** Takes words out again; of the shipped template the shipped ones are back. False: there were none. */
export async function removeWords(name: string, part: MessagePart, language: string, medium: string): Promise<boolean> {
  const gone = await sql`
    delete from message_templates
    where name = ${name} and part = ${part} and language = ${language} and medium = ${medium}`
  return gone.count > 0
}

/** A new template with the words of another one. Throws conflict where the name is taken. */
export async function copyTemplate(name: string, from: string): Promise<void> {
  await transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(4810021)`
    const words = await readTemplate(from, tx)
    if (!words) throw new Problem('not-found', `No template is called ${from}`)
    if (name === shippedName || (await readTemplate(name, tx)))
      throw new Problem('conflict', `A template called ${name} is there already: expected another name`)
    for (const part of ['first', 'follow_up'] as const)
      for (const one of words[part]) await saveWords(name, part, one, tx)
  })
}

/** Removes a template with all its words; what was sent by it keeps them. */
export async function removeTemplate(name: string): Promise<boolean> {
  return (await sql`delete from message_templates where name = ${name}`).count > 0
}
