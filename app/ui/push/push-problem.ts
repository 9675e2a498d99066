/** Why this browser gets no alerts, by name. */
export type PushProblem =
  | 'insecure'
  | 'home_screen'
  | 'unsupported'
  | 'no_memory'
  | 'worker'
  | 'denied'
  | 'ask'
  | 'blocked'
  | 'gesture'
  | 'timeout'
  | 'push_service'
  | 'offline'
  | 'signed_out'
  | 'refused'

/** What the operator reads: what happened, what to do, and whether a press of our button is what is to be done. */
export type PushAdvice = { happened: string; remedy: string; button: string | null }

const advice: Record<PushProblem, PushAdvice> = {
  insecure: {
    happened: 'Alerts need an encrypted connection, and this page came over plain http.',
    remedy: 'Open Beatline by its https address. The setting TLS_CERT, or a proxy in front, gives it one.',
    button: null,
  },
  home_screen: {
    happened: 'On iPhone and iPad only an app on the Home Screen can get alerts.',
    remedy: 'In Safari press Share, then "Add to Home Screen". Open Beatline from there and come back to this page.',
    button: null,
  },
  unsupported: {
    happened: 'This browser cannot receive alerts.',
    remedy: 'Use Firefox, Chrome, Edge, or Safari 16.4 or newer. A private window never can.',
    button: null,
  },
  no_memory: {
    happened: 'This browser keeps no data for Beatline, so alerts would be lost.',
    remedy: 'Leave the private window, or allow site data for this address, and load the page again.',
    button: null,
  },
  worker: {
    happened: 'The part of Beatline that receives alerts could not be started in this browser.',
    remedy:
      'Load the page again. If it stays so, remove the site data of this address in the browser and sign in again.',
    button: 'Try again',
  },
  denied: {
    happened: 'Notifications are switched off for Beatline in this browser.',
    remedy:
      'Press the sign left of the address, set Notifications to "Allow", and come back: the rest heals by itself.',
    button: null,
  },
  ask: {
    happened: 'The browser has not been told yet that Beatline may notify you.',
    remedy: 'Press the button and answer "Allow".',
    button: 'Allow alerts',
  },
  blocked: {
    happened: 'The browser refused without asking you.',
    remedy:
      'Look for a crossed-out bell in the address bar and allow notifications there. A rule of your company, or quiet mode, may forbid them too.',
    button: 'Try again',
  },
  gesture: {
    happened: 'This browser lost its subscription and makes a new one only when you ask for it.',
    remedy: 'Press the button.',
    button: 'Turn alerts back on',
  },
  timeout: {
    happened: 'The browser got no answer from its own push service within 15 s.',
    remedy:
      'Check that this device is online and that no firewall blocks the push service of the browser. In Brave allow "Google services for push messaging".',
    button: 'Try again',
  },
  push_service: {
    happened: 'The push service of the browser refused the subscription.',
    remedy: 'Check that this device is online, then try again. In Brave allow "Google services for push messaging".',
    button: 'Try again',
  },
  offline: {
    happened: 'Beatline could not be reached, so this device is not registered yet.',
    remedy: 'It is tried again by itself once there is a connection.',
    button: 'Try again',
  },
  signed_out: {
    happened: 'You are signed out, so this device could not be registered.',
    remedy: 'Sign in; it is registered by itself then.',
    button: null,
  },
  refused: {
    happened: 'Beatline refused to register this device.',
    remedy: 'Its push service may not be one that Beatline sends to. The log of the server says why.',
    button: 'Try again',
  },
}

export const pushAdvice = (problem: PushProblem): PushAdvice => advice[problem]

/** What a browser offers, read once at the edge. */
export type BrowserFacts = {
  secure: boolean
  serviceWorker: boolean
  pushManager: boolean
  notification: boolean
  userAgent: string
  /** iPads call themselves Macs, but have fingers. */
  touchPoints: number
  standalone: boolean
}

/** What stands in the way before anything is asked; null when nothing does. */
export function supportProblem(facts: BrowserFacts): PushProblem | null {
  if (!facts.secure) return 'insecure'
  const iOS = /iPhone|iPad|iPod/.test(facts.userAgent) || (/Macintosh/.test(facts.userAgent) && facts.touchPoints > 1)
  const complete = facts.serviceWorker && facts.pushManager && facts.notification
  if (iOS && !facts.standalone) return 'home_screen'
  return complete ? null : 'unsupported'
}
