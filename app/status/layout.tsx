import type { Metadata } from 'next'

export const metadata: Metadata = {
  title: { absolute: 'Status' },
  description: 'Whether service is working.',
  applicationName: null,
  manifest: null,
  appleWebApp: null,
}

/** What customers read: nothing of the house stands round it, and nobody needs to be signed in. */
export default function StatusLayout({ children }: { children: React.ReactNode }) {
  return children
}
