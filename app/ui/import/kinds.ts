/** What is imported, and where to. */
export const kinds = {
  devices: {
    path: '/api/devices/import',
    preview: '/api/devices/import?preview=1',
    one: 'device',
    list: '/devices',
    example: 'name,address,role,site,upstream,tags\nRidge-3,10.50.1.7,ap,North Ridge,Ridge-Router,wisp',
  },
  jobs: {
    path: '/api/applications/import',
    preview: '/api/applications/import?dry_run=1',
    one: 'job',
    list: '/jobs',
    example: 'name,schedule,timezone,grace_period,tags\nprod.db1.backup,30 2 * * *,Europe/Berlin,3600,prod',
  },
  clients: {
    path: '/api/clients/import',
    preview: '/api/clients/import?preview=1',
    one: 'client',
    list: '/clients',
    example: 'name,number,email,phone,devices\nAcme Dental,1042,it@acme.example,+1 555 0100,CPE-1042',
  },
} as const
export type ImportKind = keyof typeof kinds

const number = new Intl.NumberFormat('en')

/** `1 device`, `12 devices`. */
export const countOf = (of: ImportKind, n: number) => `${number.format(n)} ${kinds[of].one}${n === 1 ? '' : 's'}`
