import type { Browser, Page } from 'puppeteer-core'

export type ShownNotification = {
  title: string
  body: string
  tag: string
  data: Record<string, unknown> | null
  actions: string[] | null
}

export type Firefox = {
  browser: Browser
  page: Page
  privileged<T = unknown>(fn: string | ((...values: never[]) => T | Promise<T>), ...values: unknown[]): Promise<T>
  permission(origin: string, state: 'granted' | 'denied' | 'prompt'): Promise<void>
  answerPrompt(answer: 'allow' | 'block'): Promise<string>
  promptOpen(): Promise<null | 'prompt' | 'icon'>
  /** What registration.getNotifications() gives on the page. */
  notifications(page?: Page): Promise<ShownNotification[]>
  /** Every notification drawn on the screen since the start, replaced ones too. */
  alerts(): Promise<{ at: string; title: string; text: string }[]>
  pushEvents(what?: string): Promise<{ at: string; what: string; scope: string }[]>
  click(title: string, action?: string | null): Promise<boolean>
  dismiss(title: string): Promise<boolean>
  close(): Promise<void>
}

/** Opens stock Firefox ESR headless against a local push service. */
export function openFirefox(options: {
  pushServer: string
  headless?: boolean
  userDataDir?: string
  grant?: string | string[]
  prefs?: Record<string, string | number | boolean>
  args?: string[]
  executablePath?: string
  env?: Record<string, string | undefined>
}): Promise<Firefox>

/** Runs `probe` until it returns something truthy, and returns that; throws after `timeout` ms (15,000). */
export function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  timeout?: number,
): Promise<Exclude<T, null | undefined | false | 0 | ''>>
