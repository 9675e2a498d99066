// Stock Firefox as a push subscriber: opened headless against a local push service, with its permission, its
// notifications and its push events in the test's hands. The page under test needs no change and no stub.
//
//   const firefox = await openFirefox({ pushServer: service.wsUrl });
//   await firefox.page.goto(site); await firefox.permission(site, 'granted'); ...
//
// Needs: firefox-esr or firefox on the PATH (or FIREFOX=its full path).
import fs from 'node:fs'
import path from 'node:path'
import puppeteer from 'puppeteer-core'

/** The preferences that matter, each with its reason. Everything else is as shipped. */
export const preferences = (pushServer) => ({
  'dom.push.serverURL': pushServer,
  'dom.push.testing.allowInsecureServerURL': true, // ws:// instead of wss://
  'dom.push.connection.enabled': true, // automation switches push off unless the profile says so itself
  'dom.push.retryBaseInterval': 200, // ms before the first reconnect, 5000 as shipped; doubles each time
  'alerts.useSystemBackend': false, // no desktop to show notifications on: Firefox draws them itself
  'network.proxy.type': 1, // whatever is not loopback meets a dead proxy, so nothing leaves
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'network.proxy.failover_direct': false,
})

/** The first of these programs found on the PATH. */
function onPath(...names) {
  const found = names
    .flatMap((name) => process.env.PATH.split(path.delimiter).map((dir) => path.join(dir, name)))
    .find((file) => fs.existsSync(file))
  return (
    found ??
    (() => {
      throw new Error(`none of ${names.join(', ')} on the PATH (Debian: apt-get install firefox-esr)`)
    })()
  )
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** Runs `probe` until it returns something truthy, and returns that; throws after `timeout` ms. */
export async function until(what, probe, timeout = 75_000) {
  const end = performance.now() + timeout
  for (;;) {
    const got = await probe()
    if (got) return got
    if (performance.now() > end) throw new Error(`waited ${timeout} ms for ${what}`)
    await pause(50)
  }
}

/**
 * Opens Firefox. `pushServer`: ws:// address. `userDataDir`: a folder to keep the profile in (made if missing), so that
 * subscriptions survive close(); without it the profile is new and thrown away. `grant`: origins that may notify from
 * the start. `prefs`, `args` and whatever else puppeteer.launch() takes are added to ours.
 */
export async function openFirefox({
  pushServer,
  headless = true,
  userDataDir,
  grant = [],
  prefs = {},
  args = [],
  executablePath = process.env.FIREFOX ?? onPath('firefox-esr', 'firefox'),
  ...launch
}) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless,
    acceptInsecureCerts: true,
    args: ['--remote-allow-system-access', ...(userDataDir ? ['--profile', userDataDir] : []), ...args],
    extraPrefsFirefox: { ...preferences(pushServer), ...prefs },
    ...launch,
  })

  // The driver would put the old preferences back at close(), and with them the identity the push service gave before.
  if (userDataDir) fs.rmSync(path.join(userDataDir, 'prefs.js.puppeteer'), { force: true })

  /** Runs a function inside Firefox with the browser's own rights; arguments and result go through JSON. */
  async function privileged(fn, ...values) {
    const { result: tree } = await browser.connection.send('browsingContext.getTree', { 'moz:scope': 'chrome' })
    const context = tree.contexts.find((c) => c.url.endsWith('/browser.xhtml')).context
    const { result } = await browser.connection.send('script.callFunction', {
      target: { context },
      awaitPromise: true,
      functionDeclaration: `async () => JSON.stringify((await (${fn})(...${JSON.stringify(values)})) ?? null)`,
    })
    if (result.type === 'exception') throw new Error(`in Firefox: ${result.exceptionDetails.text}`)
    return JSON.parse(result.result.value)
  }

  await privileged(() => {
    window.pushBench ??= { events: [], alerts: [] }
    const seen = window.pushBench
    // What Firefox tells service workers: push-message, push-subscription-change; -modified is its own bookkeeping.
    for (const topic of ['push-message', 'push-subscription-change', 'push-subscription-modified'])
      Services.obs.addObserver(
        { observe: (_, what, scope) => seen.events.push({ at: new Date().toISOString(), what, scope }) },
        topic,
      )
    // Every notification drawn, also those that have been replaced or have faded since.
    Services.ww.registerNotification((alert, what) => {
      if (what === 'domwindowopened')
        alert.addEventListener(
          'load',
          () => {
            const text = (id) =>
              alert.document.getElementById(id)?.textContent || alert.document.getElementById(id)?.value || ''
            if (alert.location.href.endsWith('/alerts/alert.xhtml'))
              seen.alerts.push({
                at: new Date().toISOString(),
                title: text('alertTitleLabel'),
                text: text('alertTextLabel'),
              })
          },
          { once: true },
        )
    })
  })

  /** Does something to the newest notification on the screen with this title; waits for one to appear. */
  const onAlert = (title, act, ...values) =>
    until(`a notification "${title}" on the screen`, () =>
      privileged(
        `(wanted, ...values) => {
    for (const alert of [...Services.wm.getEnumerator('alert:alert')].reverse()) {
      const label = alert.document.getElementById('alertTitleLabel');
      if (alert.closed || (label?.textContent || label?.value) !== wanted) continue;
      (${act})(alert, ...values);
      return true;
    }
    return false;
  }`,
        title,
        ...values,
      ),
    )

  const [first] = await browser.pages()
  first?.setDefaultTimeout(120_000) // a loaded machine is slow
  const firefox = {
    browser,
    page: first ?? (await browser.newPage()),
    privileged,

    /** Sets the notification permission of an origin, as the user does in the address bar: granted | denied | prompt. */
    permission: (origin, state) =>
      browser
        .defaultBrowserContext()
        .setPermission(new URL(origin).origin, { permission: { name: 'notifications' }, state }),

    /** Answers the open permission prompt: 'allow' or 'block' (for good). Resolves to the label of the button taken. */
    answerPrompt: (answer) =>
      until(`the permission prompt (${answer})`, () =>
        privileged((wanted) => {
          const prompt = window.PopupNotifications.getNotification('web-notifications', window.gBrowser.selectedBrowser)
          if (!prompt || prompt.options.dismissed) return null
          const action = wanted === 'allow' ? prompt.mainAction : prompt.secondaryActions.at(-1)
          action.callback({ checkboxChecked: true, source: 'button' }) // what the button does; headless draws no panel to press
          window.PopupNotifications.remove(prompt)
          return action.label
        }, answer),
      ),

    /** null, 'prompt', or 'icon': asked without a user gesture, Firefox refuses and only leaves an icon in the address bar. */
    promptOpen: () =>
      privileged(() => {
        const prompt = window.PopupNotifications.getNotification('web-notifications', window.gBrowser.selectedBrowser)
        return prompt && (prompt.options.dismissed ? 'icon' : 'prompt')
      }),

    /** What registration.getNotifications() gives on the page: [{title, body, tag, data, actions}]. */
    notifications: (page = firefox.page) =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration()
        return ((await registration?.getNotifications()) ?? []).map(({ title, body, tag, data, actions }) => ({
          title,
          body,
          tag,
          data,
          actions: actions?.map((a) => a.action) ?? null,
        }))
      }),

    /** Every notification drawn on the screen since the start: [{at, title, text}]. */
    alerts: () => privileged(() => window.pushBench.alerts),

    /** What Firefox told service workers since the start: [{at, what: 'push-message' | 'push-subscription-change' | ..., scope}]. */
    pushEvents: (what) => privileged((w) => window.pushBench.events.filter((e) => !w || e.what === w), what ?? null),

    /** Clicks the drawn notification with this title, as a person would; with `action`, one of its buttons by name. */
    click: (title, action = null) =>
      onAlert(
        title,
        (alert, name) => {
          if (!name) return alert.document.getElementById('alertBox').click()
          // The window Firefox draws has no action buttons: tell its listener what a desktop's button would.
          const button = {
            action: name,
            title: name,
            iconURL: null,
            QueryInterface: ChromeUtils.generateQI(['nsIAlertAction']),
          }
          alert.gAlertListener.observe(button, 'alertclickcallback', alert.gAlertCookie)
          alert.close()
        },
        action,
      ),

    /** Closes it with its cross instead. */
    dismiss: (title) => onAlert(title, (alert) => alert.onAlertClose()),

    close: () => browser.close(),
  }
  for (const origin of [grant].flat()) await firefox.permission(origin, 'granted')
  return firefox
}
