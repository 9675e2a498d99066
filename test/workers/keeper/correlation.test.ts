import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { correlation } from '@/workers/keeper/correlation'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addDevice, comeBack, goDark, quiet } from './scene'

/** PostgreSQL answers each new incident of these names with this SQLSTATE, until told otherwise. */
const refuse = (code: string, name = '%') => `
  create or replace function refuse() returns trigger language plpgsql as $$
    begin if new.root_name like '${name}' then raise exception 'refused' using errcode = '${code}'; end if; return new; end $$;
  create or replace trigger refuse before insert on incidents for each row execute function refuse()`

describe('the correlation loop', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => database?.stop())
  const filed = async () =>
    (await database.sql<{ name: string }[]>`select root_name as name from incidents order by 1`).map((row) => row.name)

  test('an outage that the database is in no state to file now is not set aside: it is filed as soon as it is', async () => {
    const { sql } = database
    const step = correlation({ log: quiet, startedAt: new Date() })
    await goDark(sql, await addDevice(sql, 'Ridge-1'))
    for (const code of ['57P03', '57014', '53200', '08006']) {
      await sql.unsafe(refuse(code))
      await expect(step()).rejects.toMatchObject({ code })
    }
    await sql.unsafe('drop trigger refuse on incidents')
    await step()
    expect(await filed()).toEqual(['Ridge-1'])
  })

  test('one that can never be filed is set aside, and the others are filed', async () => {
    const { sql } = database
    const step = correlation({ log: quiet, startedAt: new Date() })
    await sql.unsafe(refuse('23514', 'Bad'))
    for (const name of ['Ridge-2', 'Bad', 'Ridge-3']) await goDark(sql, await addDevice(sql, name))
    await step()
    await step()
    expect(await filed()).toEqual(['Ridge-1', 'Ridge-2', 'Ridge-3'])
  })

  test('what hangs on one that can never be filed is told all the same', async () => {
    const { sql } = database
    const step = correlation({ log: quiet, startedAt: new Date() })
    const bad = await addDevice(sql, 'Bad tower')
    await sql.unsafe(refuse('23514', 'Bad%'))
    await goDark(sql, bad)
    await goDark(sql, await addDevice(sql, 'Behind it', [bad]))
    for (let i = 0; i < 3; i++) await step()
    expect(await filed()).toContain('Behind it')
  })

  test('one left behind that can never be filed keeps no other from being over', async () => {
    const { sql } = database
    const step = correlation({ log: quiet, startedAt: new Date() })
    await sql.unsafe('drop trigger if exists refuse on incidents')
    const tower = await addDevice(sql, 'Tower')
    const stuck = await addDevice(sql, 'Stuck', [tower])
    const other = await addDevice(sql, 'Other')
    for (const id of [tower, stuck, other]) await goDark(sql, id, 200)
    await step()
    await sql.unsafe(refuse('23514', 'Stuck'))
    await comeBack(sql, tower, 100)
    await comeBack(sql, other, 100)
    for (let i = 0; i < 2; i++) await step().catch(() => {})
    const [row] = await sql`select resolved_at from incidents where root_name = 'Other'`
    expect(row?.resolved_at).not.toBeNull()
  })
})
