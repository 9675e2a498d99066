/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Compression belongs to the proxy in front; on the loopback it only costs CPU.
  compress: false,
  serverExternalPackages: ['@node-rs/argon2', 'postgres', 'pino', 'pino-pretty', 'web-push'],
  // `npm run check` looks at the types of everything, tests included; whoever only starts need not wait for it.
  typescript: { ignoreBuildErrors: true },
}
