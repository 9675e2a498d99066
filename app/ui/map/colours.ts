import { type Status, statuses } from '@/lib/domain/status'

/** The tokens as colours that a canvas knows, and the font of its words. */
export type MapColours = {
  ground: string
  raised: string
  sunken: string
  line: string
  lineStrong: string
  ink: string
  muted: string
  focus: string
  mark: Record<Status, string>
  word: Record<Status, string>
  wash: Record<Status, string>
  font: string
}

const tokenOf: Record<Status, string> = {
  up: 'up',
  suspect: 'amber',
  degraded: 'amber',
  late: 'amber',
  down: 'down',
  unreachable: 'gone',
  new: 'blue',
  paused: 'still',
  unknown: 'still',
}

/** light-dark() and var() have to be resolved by an element. */
export function readColours(element: HTMLElement): MapColours {
  const swatch = document.createElement('span')
  element.append(swatch)
  const colour = (token: string) => {
    swatch.style.color = `var(--${token})`
    return getComputedStyle(swatch).color
  }
  const ofStates = (suffix: string) =>
    Object.fromEntries(statuses.map((status) => [status, colour(tokenOf[status] + suffix)])) as Record<Status, string>
  const colours = {
    ground: colour('ground'),
    raised: colour('raised'),
    sunken: colour('sunken'),
    line: colour('line'),
    lineStrong: colour('line-strong'),
    ink: colour('ink'),
    muted: colour('muted'),
    focus: colour('focus'),
    mark: ofStates(''),
    word: ofStates('-ink'),
    wash: ofStates('-wash'),
    font: getComputedStyle(element).fontFamily,
  }
  swatch.remove()
  return colours
}
