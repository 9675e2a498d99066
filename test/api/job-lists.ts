/** Lists of jobs as other services give them, by their documented shapes. */

const check = {
  desc: '',
  grace: 600,
  n_pings: 3,
  status: 'up',
  started: false,
  last_ping: '2026-11-20T07:30:00+00:00',
  next_ping: '2026-11-20T08:30:00+00:00',
  manual_resume: false,
  methods: '',
  subject: '',
  subject_fail: '',
  start_kw: '',
  success_kw: '',
  failure_kw: '',
  filter_subject: false,
  filter_body: false,
  channels: '',
}
const address = (uuid: string) => ({ ping_url: `https://hc-ping.com/${uuid}`, uuid })

/** GET /api/v3/checks/ of Healthchecks. https://healthchecks.io/docs/api/ */
export const healthchecks = {
  checks: [
    {
      ...{ ...check, ...address('31365bce-8da9-4729-8ff3-aaa71d56b712') },
      ...{ name: 'Nightly backup', slug: 'nightly', tags: 'prod db', timeout: 3600 },
    },
    {
      ...{ ...check, ...address('803f680d-e89b-492b-82ef-2be7b774a92d') },
      ...{ name: 'Nightly backup', slug: 'nightly', tags: '', timeout: 3600, desc: 'the other one' },
    },
    {
      ...{ ...check, ...address('43a1ab0e-a97e-4ac0-b7bc-fd0a4a4ec9d3'), status: 'paused', manual_resume: true },
      ...{ name: 'Report', slug: 'report', tags: '', schedule: '15 5 * * *', tz: 'Europe/Riga' },
      channels: '4ec5a071-2d08-4baa-898a-eb4eb3cd6941',
    },
    {
      ...{ ...check, ...address('f618072a-7bde-4eee-af63-71a77c5723bc') },
      ...{ name: '', slug: 'timer', tags: '', schedule: '*-*-* 04:00', tz: 'UTC' },
    },
    {
      ...{ ...check, unique_key: 'a6c7b0a8a66bed0df66abfdab3c77736861703ee' },
      ...{ name: 'Read only', slug: 'read-only', tags: '', timeout: 86_400 },
    },
    {
      ...{ ...check, ...address('2c9d4b1f-39f6-4c5a-9b5c-4f0f6f0c8a11') },
      ...{ name: 'Broken', slug: 'broken', tags: '', schedule: '61 * * * *', tz: 'UTC' },
    },
  ],
}

const monitor = {
  ...{ parent: null, childrenIDs: [], pathName: '', weight: 2000, active: true, upsideDown: false, description: null },
  ...{ interval: 60, retryInterval: 60, resendInterval: 0, maxretries: 0, hostname: null, port: null, url: 'https://' },
  ...{ accepted_statuscodes: ['200-299'], notificationIDList: {}, tags: [], maintenance: false, pushToken: null },
}

/** The backup file of Uptime Kuma 1.x. */
export const uptimeKuma = {
  version: '1.23.16',
  notificationList: [],
  monitorList: [
    {
      ...{ ...monitor, id: 1, name: 'Backup', type: 'push', pushToken: '8kzoqBzQ4c', interval: 3600 },
      ...{ maxretries: 2, retryInterval: 60, notificationIDList: { 1: true } },
      tags: [
        { id: 1, monitor_id: 1, tag_id: 1, name: 'prod', color: '#059669', value: '' },
        { id: 2, monitor_id: 1, tag_id: 2, name: 'team', color: '#059669', value: 'noc' },
      ],
    },
    { ...monitor, id: 2, name: 'Tower', type: 'ping', hostname: '203.0.113.7', interval: 20 },
    { ...monitor, id: 3, name: 'Site', type: 'http', url: 'https://example.net' },
    { ...monitor, id: 4, name: 'Old push', type: 'push', pushToken: 'Xy12Xy12Xy', active: false },
    { ...monitor, id: 5, name: 'By name', type: 'ping', hostname: 'gw.example.net' },
    { ...monitor, id: 7, name: 'Group', type: 'group' },
  ],
  proxyList: [],
}

const beat = { Age: 28, Status: 'OK', LastBeat: '2026-11-20T11:59:32Z' }

/** GET /heartbeats of heartbeat.sh. */
export const heartbeatSh = {
  Heartbeats: [
    { ...beat, Name: 'backup', Warning: 120, Error: 300 },
    { ...beat, Name: 'only-error', Warning: 0, Error: 300 },
    { ...beat, Name: 'spans', Warning: '1d2h', Error: '4d' },
    { ...beat, Name: 'unsaid' },
    { ...beat, Name: 'bad', Warning: 'soon', Error: 300 },
    { ...beat, Name: '', Warning: 60, Error: 300 },
  ],
}
