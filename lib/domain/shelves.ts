type Size = { w: number; h: number }

/** Where each item stands, and how large all are together. busY: the height at which lines to its row run. */
export type Shelves = { w: number; h: number; x: number[]; y: number[]; busY: number[] }

/**
 * Puts items in rows, in their order, `gap` apart, each row below a free strip `bus` high; about `aspect` times as wide as
 * high. How wide a row may be goes in steps of a fifth, so that an item that grows a little moves none to another
 * row, as a rule.
 */
export function shelve(
  items: readonly Size[],
  { gap, bus, aspect }: { gap: number; bus: number; aspect: number },
): Shelves {
  const area = items.reduce((sum, { w, h }) => sum + (w + gap) * (h + bus), 0)
  const widest = items.reduce((most, { w }) => Math.max(most, w), 0)
  const wanted = 2 ** (Math.ceil(4 * Math.log2(Math.sqrt(area * aspect) || 1)) / 4)
  const rows = rowsWithin(items, gap, evenWidth(items, gap, Math.max(widest, wanted), widest))
  const shelves: Shelves = { w: 0, h: 0, x: [], y: [], busY: [] }
  for (const row of rows) {
    let x = 0
    for (const item of row) {
      shelves.x.push(x)
      shelves.y.push(shelves.h + bus)
      shelves.busY.push(shelves.h + bus / 2)
      x += item.w + gap
    }
    shelves.w = Math.max(shelves.w, x - gap)
    shelves.h += bus + row.reduce((most, { h }) => Math.max(most, h), 0)
  }
  return shelves
}

function rowsWithin(items: readonly Size[], gap: number, width: number): Size[][] {
  const rows: Size[][] = []
  let x = 0
  for (const item of items) {
    const row = rows.at(-1)
    if (row && x + item.w <= width) row.push(item)
    else {
      rows.push([item])
      x = 0
    }
    x += item.w + gap
  }
  return rows
}

/** The narrowest width, in steps of a twentieth, that takes no more rows than `width` does: rows become even. */
function evenWidth(items: readonly Size[], gap: number, width: number, widest: number): number {
  if (widest === 0) return width
  const fewest = rowsWithin(items, gap, width).length
  let best = width
  for (let narrower = width * 0.95; narrower >= widest; narrower *= 0.95) {
    if (rowsWithin(items, gap, narrower).length > fewest) break
    best = narrower
  }
  return best
}

/** Larger ones first, in steps of four, so that rows are even and one device more seldom changes the order. */
export function bySize(items: readonly number[], weight: (item: number) => number): number[] {
  const step = (item: number) => Math.floor(Math.log2(Math.max(1, weight(item))) / 2)
  return [...items].sort((a, b) => step(b) - step(a) || a - b)
}
