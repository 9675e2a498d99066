import { SettingsError } from '@/lib/env'
import { migrate } from '@/lib/store/migrate'
import { joinHouse, readSettings } from './house/environment'

// One role alone, without the supervisor: `npm run web`, `npm run keeper`, `npm run probe`.
const role = process.argv[2] ?? ''
try {
  await joinHouse(readSettings(), role === 'probe' ? 'probe token' : 'database')
  if (role !== 'probe') await migrate(process.env.DATABASE_URL ?? '')
  await import(new URL(`./${role}.mjs`, import.meta.url).href)
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(`beatline: ${role} cannot start: ${error.message}`)
  process.exit(1)
}
