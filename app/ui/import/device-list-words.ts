import type { DeviceListFormat } from '@/lib/domain/device-import'

/** What each kind of list is called, and where it comes from. `from`: of another program. */
export const deviceListWords: Record<
  DeviceListFormat,
  { name: string; from: string | null; how: string; commands: readonly string[] }
> = {
  csv: {
    name: 'CSV',
    from: null,
    how: 'A header line and a device a line, with at least name and address; also role, site, upstream, tags, client, snmp, interval, timeout, misses, seconds.',
    commands: [],
  },
  json: {
    name: 'JSON',
    from: null,
    how: 'An array of devices, with the names of the columns of CSV.',
    commands: [],
  },
  librenms: {
    name: 'LibreNMS',
    from: 'what LibreNMS answers',
    how: 'The answer of its API. Locations become sites, dependencies become upstream, and how SNMP is opened becomes profiles here.',
    commands: ["curl -H 'X-Auth-Token: TOKEN' https://librenms.example.net/api/v0/devices > devices.json"],
  },
  the_dude: {
    name: 'The Dude',
    from: 'a list of The Dude',
    how: 'In its client open Devices, choose all with Ctrl-A, and press csv. Maps become sites, parents become upstream.',
    commands: [],
  },
  mikrotik: {
    name: 'MikroTik RouterOS',
    from: 'what a RouterOS console lists',
    how: 'What one or several of these print. A comment on a PPP secret or a registration is its client; passwords are not looked at.',
    commands: ['/ip neighbor print terse', '/ppp secret export', '/interface wireless registration-table print terse'],
  },
}
