import type { StoredProfile } from '@/lib/store/snmp-profiles'

export const authWords: Record<string, string> = {
  md5: 'MD5',
  sha: 'SHA-1',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}
export const privWords: Record<string, string> = {
  des: 'DES',
  aes128: 'AES-128',
  aes256: 'AES-256',
  'aes256-reeder': 'AES-256 (Cisco)',
}
export const levelWords: Record<string, string> = {
  authPriv: 'Signed and encrypted',
  authNoPriv: 'Signed',
  noAuthNoPriv: 'Open: the user name alone',
}

/** How a profile speaks: "Version 3, SHA-256, AES-128, port 1161". Nothing of what opens a device. */
export function profileWords({ version, security, port }: StoredProfile): string {
  const parts = [
    `Version ${version}`,
    security?.auth && (authWords[security.auth] ?? security.auth),
    security?.priv && (privWords[security.priv] ?? security.priv),
    security?.level === 'noAuthNoPriv' && 'open',
    port !== 161 && `port ${port}`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** Who uses a profile: "opens 41 devices, named by 3 devices and 1 site". */
export function usageWords({ opened, devices, sites }: StoredProfile): string {
  const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`
  const named = [devices > 0 && count(devices, 'device'), sites > 0 && count(sites, 'site')].filter(Boolean)
  return [
    opened > 0 ? `opens ${count(opened, 'device')}` : 'has opened no device yet',
    named.length > 0 && `named by ${named.join(' and ')}`,
  ]
    .filter(Boolean)
    .join(', ')
}
