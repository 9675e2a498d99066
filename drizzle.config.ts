import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './lib/store/schema.ts',
    './lib/store/job-schema.ts',
    './lib/store/telling-schema.ts',
    './lib/store/topology-schema.ts',
    './lib/store/client-schema.ts',
    './lib/store/source-schema.ts',
    './lib/store/message-schema.ts',
    './lib/store/uptime-schema.ts',
  ],
  out: './drizzle',
})
