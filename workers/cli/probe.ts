import { parseAddress } from '@/lib/domain/address'
import { createProbe, listProbes } from '@/lib/store/probes'
import { listSites } from '@/lib/store/sites'
import { required, UsageError, type Values, type Verb } from './verb'

export const probeCreate: Verb = {
  usage: 'probe create --name NAME [--site SITE]... [--anchor ADDRESS]...',
  says: 'makes a probe for another machine, and prints its token',
  options: {
    name: { type: 'string' },
    site: { type: 'string', multiple: true },
    anchor: { type: 'string', multiple: true },
  },
  details:
    'Without --site it watches every site. Anchors are addresses beside the default gateway by which it knows\n' +
    'that it is blind. On the other machine: PROBE_HUB=wss://your-site PROBE_TOKEN=... npm run probe',
  async run(values) {
    const name = required(values, 'name')
    if ((await listProbes()).some((probe) => probe.name === name))
      throw new UsageError(`a probe is named ${name} already`)
    const { token } = await createProbe({ name, anchors: anchorsOf(values), siteIds: await siteIdsOf(values) })
    console.log(`Probe ${name} is made.\nPROBE_TOKEN (shown this once): ${token}`)
    return 0
  },
}

const mostAnchors = 16

function anchorsOf(values: Values): string[] {
  const given = texts(values, 'anchor')
  if (given.length > mostAnchors)
    throw new UsageError(`--anchor is given ${given.length} times: expected ${mostAnchors} at most`)
  return given.map((text) => {
    const parsed = parseAddress(text)
    if ('fault' in parsed) throw new UsageError(`--anchor: ${parsed.fault}`)
    return parsed.address
  })
}

async function siteIdsOf(values: Values): Promise<number[]> {
  const wanted = texts(values, 'site')
  if (wanted.length === 0) return []
  const sites = await listSites()
  return wanted.map((name) => {
    const site = sites.find((one) => one.name === name)
    if (!site)
      throw new UsageError(`no site is named ${name}: there are ${sites.map((s) => s.name).join(', ') || 'none'}`)
    return site.id
  })
}

const texts = (values: Values, name: string) => [values[name] ?? []].flat().filter((text) => typeof text === 'string')
