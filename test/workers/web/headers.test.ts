import { describe, expect, test } from 'vitest'
import { contentPolicy } from '@/workers/web/headers'

const policy = (where: { https?: boolean; isDevelopment?: boolean } = {}, host = 'monitor.example.net') =>
  contentPolicy('n0nce', host, { https: false, isDevelopment: false, ...where })

describe('the content security policy', () => {
  test('takes scripts by their nonce and styles from our own files, and nothing unsafe', () => {
    expect(policy()).toContain("script-src 'self' 'nonce-n0nce' 'strict-dynamic';")
    expect(policy()).toContain("style-src 'self' 'nonce-n0nce';")
    expect(policy()).not.toContain('unsafe')
  })

  test('in development alone lets in what Next.js needs there: eval, and inline styles', () => {
    expect(policy({ isDevelopment: true })).toContain("'strict-dynamic' 'unsafe-eval';")
    expect(policy({ isDevelopment: true })).toContain("style-src 'self' 'unsafe-inline';") // with a nonce it would not count
  })

  test('lets the page talk to its own host by socket, secure where the page is', () => {
    expect(policy()).toContain("connect-src 'self' ws://monitor.example.net;")
    expect(policy({ https: true }, '[2001:db8::1]:3000')).toContain("connect-src 'self' wss://[2001:db8::1]:3000;")
  })

  test('a host that is none finds no way in', () => {
    for (const host of ['', 'a; script-src *', "x'y", 'a b']) expect(policy({}, host)).toContain("connect-src 'self';")
  })
})
