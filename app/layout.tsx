import type { Metadata, Viewport } from 'next'
import './globals.css'
import { ViewerProvider } from './ui/time'
import { readViewer } from './ui/viewer'

export const metadata: Metadata = {
  title: { default: 'Beatline', template: '%s · Beatline' },
  description: 'Tells what went quiet, since when, and why.',
  applicationName: 'Beatline',
  appleWebApp: { capable: true, title: 'Beatline', statusBarStyle: 'default' },
  formatDetection: { telephone: false },
  icons: {
    icon: [{ url: '/icons/line.svg', type: 'image/svg+xml' }],
    apple: [{ url: '/icons/apple-touch-icon.png', sizes: '180x180' }],
  },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9fafb' },
    { media: '(prefers-color-scheme: dark)', color: '#000000' },
  ],
}

// Every page has its own nonce and its own viewer: none can be made at build time.
export const dynamic = 'force-dynamic'

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const { theme, zone } = await readViewer()
  return (
    <html lang="en" data-theme={theme === 'auto' ? undefined : theme}>
      <body>
        <ViewerProvider zone={zone} now={Date.now()}>
          {children}
        </ViewerProvider>
      </body>
    </html>
  )
}
