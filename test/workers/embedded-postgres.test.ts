import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionOptions } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { type EmbeddedPostgres, isRunning, startPostgres } from '@/workers/embedded-postgres'
import { kill } from '../setup/product'

let dataDir = ''
const servers: EmbeddedPostgres[] = []
const start = async (folder = dataDir) => {
  const server = await startPostgres({ dataDir: folder })
  servers.push(server)
  return server
}
const ask = async (url: string, question: string) => {
  const sql = postgres({ ...connectionOptions(url), max: 1 })
  try {
    return (await sql.unsafe(question).values()).flat()
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'beatline-pg-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

describe('the embedded PostgreSQL', () => {
  test('is durable, checksummed and reachable by its socket alone', async () => {
    const { url } = await start()
    expect(await ask(url, `select current_setting('fsync')`)).toEqual(['on'])
    expect(await ask(url, `select current_setting('data_checksums')`)).toEqual(['on'])
    expect(await ask(url, `select current_setting('listen_addresses')`)).toEqual([''])
  })

  test('is adopted when it outlived its parent', async () => {
    const first = await start()
    const second = await start()
    expect(second).toMatchObject({ pid: first.pid, adopted: true })
    await second.stop()
    expect(await isRunning(dataDir)).toBe(false)
  })

  test('comes back after kill -9 with what was committed', async () => {
    const first = await start()
    await ask(first.url, 'create table kept (n int)')
    await ask(first.url, 'insert into kept values (7)')
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await ask(second.url, 'select n from kept')).toEqual([7])
  })

  test('comes back at once after kill -9 of every process of it', async () => {
    let server = await start()
    await ask(server.url, 'create table kept (n int)')
    for (let round = 1; round <= 3; round++) {
      await ask(server.url, `insert into kept values (${round})`)
      for (const pid of [server.pid, ...childrenOf(server.pid)]) kill(pid, 'SIGKILL') // the first may take the next along
      server = await start()
      expect(await ask(server.url, 'select count(*)::int from kept')).toEqual([round])
    }
  })

  test('starts over a lock file that names a foreign process', async () => {
    const first = await start()
    const lockFile = join(dataDir, 'postgres/postmaster.pid')
    const lock = await readFile(lockFile, 'utf8')
    await first.stop()
    await writeFile(lockFile, lock.replace(/^\d+/, String(process.pid)))
    expect((await start()).adopted).toBe(false)
  })

  test('puts its socket elsewhere when the data folder has a long path', async () => {
    const { url } = await start(join(dataDir, 'a-folder-with-a-rather-long-name'.repeat(4)))
    expect(await ask(url, 'select 1')).toEqual([1])
  })
})

describe('migrate', () => {
  test('applies each migration once, however many processes ask at the same time', async () => {
    const { url } = await start()
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)])
    expect(applied.flat()).toEqual([...new Set(applied.flat())])
    expect(applied.flat()).toContain('0000_spine')
    expect(await migrate(url)).toEqual([])
  })
})
