import { cookies } from 'next/headers'

export type Theme = 'auto' | 'light' | 'dark'

/** How this viewer wants to see things: theme and zone, as the browser keeps them in cookies. */
export async function readViewer(): Promise<{ theme: Theme; zone: string }> {
  const jar = await cookies()
  const theme = jar.get('theme')?.value
  return { theme: theme === 'light' || theme === 'dark' ? theme : 'auto', zone: knownZone(jar.get('zone')?.value) }
}

function knownZone(value: string | undefined): string {
  if (!value) return 'UTC'
  try {
    const zone = decodeURIComponent(value)
    new Intl.DateTimeFormat('en-GB', { timeZone: zone })
    return zone
  } catch {
    return 'UTC' // a cookie is input from outside
  }
}
