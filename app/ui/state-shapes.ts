import type { Status } from '@/lib/domain/status'

/** A part of a mark, in a box of 14 by 14. */
export type ShapePart = { d: string; paint: 'fill' | 'stroke' | 'ring' | 'hatch' }

/** The nine marks: the same on pages and on the map's canvas. */
export const stateShapes: Record<Status, ShapePart[]> = {
  up: [{ d: 'M2.75 7a4.25 4.25 0 1 0 8.5 0a4.25 4.25 0 1 0-8.5 0z', paint: 'fill' }],
  suspect: [
    { d: 'M3.25 7a3.75 3.75 0 1 0 7.5 0a3.75 3.75 0 1 0-7.5 0z', paint: 'stroke' },
    { d: 'M7 3.25a3.75 3.75 0 0 0 0 7.5z', paint: 'fill' },
  ],
  // the line with its gap
  down: [{ d: 'M0 5h5v4H0zM9 5h5v4H9z', paint: 'fill' }],
  unreachable: [{ d: 'M.75 5.75h3.5v2.5H.75zM9.75 5.75h3.5v2.5h-3.5z', paint: 'stroke' }],
  degraded: [{ d: 'M1 7c1.5-4.6 3-4.6 4.2-1.4C6.4 8.9 7.6 11.4 9 8.6 9.9 6.6 11.2 4 13 7', paint: 'stroke' }],
  late: [
    { d: 'M2.25 7a4.75 4.75 0 1 0 9.5 0a4.75 4.75 0 1 0-9.5 0z', paint: 'stroke' },
    { d: 'M7 4.250V7l2 1.25', paint: 'stroke' },
  ],
  new: [{ d: 'M3.25 7a3.75 3.75 0 1 0 7.5 0a3.75 3.75 0 1 0-7.5 0z', paint: 'ring' }],
  paused: [{ d: 'M3.5 3h2.500v8H3.500zM8 3h2.500v8H8z', paint: 'fill' }],
  unknown: [{ d: 'M2.5 8.500l6-6M2.5 12l9.5-9.500M5.5 12l6.5-6.500M9 12l3-3M2.5 5l2.5-2.5', paint: 'hatch' }],
}
