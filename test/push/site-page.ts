import { ensurePush, type ReadyToSubscribe, readyToSubscribe, turnOff, turnOn } from '@/app/ui/push/ensure-push'

/** The page of site.ts: our own push code without Next.js around it. */
const here = globalThis as typeof globalThis & { site: Record<string, unknown> }
const page = { ready: null as ReadyToSubscribe | null, state: {} as unknown }
here.site = { ensurePush, turnOff, page }

const button = document.querySelector('button')
button?.addEventListener('click', () => {
  if (page.ready) turnOn(page.ready).then((state) => Object.assign(page, { state }))
})
readyToSubscribe().then((ready) => {
  page.ready = ready
  button?.removeAttribute('disabled')
})
// As the healer does, told in a request: what a driver evaluates counts as a gesture, this does not.
if (location.hash === '#heal') {
  ensurePush().then((state) => {
    page.state = state
    return fetch('/told', { method: 'POST', body: JSON.stringify(state) })
  })
}
navigator.serviceWorker?.addEventListener('message', (event) => {
  if (event.data?.type !== 'navigate') return
  event.ports[0]?.postMessage('here')
  history.pushState(null, '', event.data.path)
})
