import type { Env } from '@/lib/env'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { deviceImport } from './cli/device-import'
import { doctor } from './cli/doctor'
import { registryExport } from './cli/export'
import { registryImport } from './cli/import'
import { keyCreate } from './cli/key'
import { probeCreate } from './cli/probe'
import { userAdd, userPasswd } from './cli/user'
import { parseVerb, UsageError, type Verb } from './cli/verb'
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres'
import { checkDataFolder, findKeptSecret, keptSecret } from './house/data-folder'
import { put, readSettings } from './house/environment'

const verbs: Record<string, Verb> = {
  'user add': userAdd,
  'user passwd': userPasswd,
  'key create': keyCreate,
  'probe create': probeCreate,
  'device import': deviceImport,
  export: registryExport,
  import: registryImport,
  doctor,
}

process.exit(await main(process.argv.slice(2)))

async function main(args: string[]): Promise<number> {
  const name = Object.keys(verbs).find((words) => words.split(' ').every((word, i) => args[i] === word))
  const verb = name === undefined ? undefined : verbs[name]
  if (!name || !verb) {
    console.log(overview())
    const asked = args.length === 0 || args.includes('--help') || args.includes('-h')
    if (!asked) console.error(`\nbeatline: no verb "${args.join(' ')}"`)
    return asked ? 0 : 2
  }
  try {
    const { values, help } = parseVerb(verb, args.slice(name.split(' ').length))
    if (help) {
      console.log([`npm run cli -- ${verb.usage}`, verb.says, ...(verb.details ? [verb.details] : [])].join('\n\n'))
      return 0
    }
    const settings = readSettings()
    await checkDataFolder(settings.dataDir)
    if (verb.runFar && !settings.databaseUrl && !settings.probeHubIsOwn) return await verb.runFar()
    return await withDatabase(settings, () => verb.run(values), verb.runWithout)
  } catch (error) {
    if (error instanceof UsageError) console.error(`beatline: ${error.message}\nusage: npm run cli -- ${verb.usage}`)
    else if (error instanceof Error) console.error(`beatline: ${error.message}`)
    return error instanceof UsageError ? 2 : 1
  }
}

function overview(): string {
  const width = Math.max(...Object.values(verbs).map((verb) => verb.usage.length))
  const lines = Object.values(verbs).map((verb) => `  ${verb.usage.padEnd(width)}  ${verb.says}`)
  return ['Usage: npm run cli -- VERB, each with --help', '', ...lines].join('\n')
}

/**
 * Opens the database for one verb, starting the embedded server for as long as it takes if nobody has. Where it cannot be
 * opened, `without` does what is left to do.
 */
async function withDatabase(
  settings: Env,
  work: () => Promise<number>,
  without: ((reason: string) => Promise<number>) | undefined,
): Promise<number> {
  let server: EmbeddedPostgres | undefined
  try {
    try {
      server = settings.databaseUrl ? undefined : await startPostgres({ dataDir: settings.dataDir })
      await open(settings, server?.url)
    } catch (error) {
      const reason = error instanceof Error ? error.message || String(error) : String(error)
      if (without) return await without(reason)
      throw new Error(settings.databaseUrl ? `DATABASE_URL names a database that cannot be used: ${reason}` : reason)
    }
    return await work()
  } finally {
    await closeDatabase()
    if (server && !server.adopted) await server.stop()
  }
}

async function open({ databaseUrl, secretKey, dataDir }: Env, embedded: string | undefined): Promise<void> {
  // A database of our own gets its key here, as at the first start; somebody else's has one, and doctor says if it lacks.
  const kept = embedded ? await keptSecret(dataDir, 'secret-key') : await findKeptSecret(dataDir, 'secret-key')
  if (!secretKey && kept) put('SECRET_KEY', kept)
  const url = databaseUrl ?? embedded ?? ''
  put('DATABASE_URL', url)
  await migrate(url)
  openDatabase(url, { poolSize: 2 })
}
