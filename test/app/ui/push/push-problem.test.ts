import { describe, expect, test } from 'vitest'
import { type BrowserFacts, type PushProblem, pushAdvice, supportProblem } from '@/app/ui/push/push-problem'

const able: BrowserFacts = {
  secure: true,
  serviceWorker: true,
  pushManager: true,
  notification: true,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
  touchPoints: 0,
  standalone: false,
}
const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1'
const iPadAsMac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15'

describe('supportProblem', () => {
  test.each<[string, Partial<BrowserFacts>, PushProblem | null]>([
    ['a browser that can', {}, null],
    ['plain http', { secure: false, serviceWorker: false, pushManager: false }, 'insecure'],
    ['no service worker', { serviceWorker: false }, 'unsupported'],
    ['no push', { pushManager: false }, 'unsupported'],
    ['no notifications', { notification: false }, 'unsupported'],
    ['an iPhone in Safari', { userAgent: iPhone, pushManager: false, notification: false }, 'home_screen'],
    ['an iPhone from the Home Screen', { userAgent: iPhone, standalone: true }, null],
    ['an old iPhone from the Home Screen', { userAgent: iPhone, standalone: true, pushManager: false }, 'unsupported'],
    ['an iPad that calls itself a Mac', { userAgent: iPadAsMac, touchPoints: 5, pushManager: false }, 'home_screen'],
    ['a Mac', { userAgent: iPadAsMac }, null],
  ])('%s', (_, facts, problem) => expect(supportProblem({ ...able, ...facts })).toBe(problem))
})

const problems: PushProblem[] = [
  ...(['insecure', 'home_screen', 'unsupported', 'no_memory', 'worker', 'denied', 'ask', 'blocked'] as const),
  ...(['gesture', 'timeout', 'push_service', 'offline', 'signed_out', 'refused'] as const),
]
test.each(problems)('%s says what happened and what to do', (problem) => {
  const { happened, remedy } = pushAdvice(problem)
  expect(happened).toMatch(/^[A-Z].{20,}\.$/s)
  expect(remedy).toMatch(/^[A-Z].*\.$/s)
})
