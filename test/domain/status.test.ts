import { expect, test } from 'vitest'
import { type Status, statuses, statusToShow } from '@/lib/domain/status'

const at = (status: Status, since: number) => ({ status, since })

test.each<[string, Parameters<typeof statusToShow>, Status]>([
  ['as it was rendered', [at('down', 5), undefined, undefined], 'down'],
  ['what was told since', [at('up', 5), at('down', 6), undefined], 'down'],
  ['not what was told before', [at('down', 5), at('up', 4), undefined], 'down'],
  ['paused, whatever is told', [at('paused', 5), at('down', 6), 'suspect'], 'paused'],
  ['suspect over up', [at('up', 5), undefined, 'suspect'], 'suspect'],
  ['suspect over degraded', [at('up', 5), at('degraded', 6), 'suspect'], 'suspect'],
  ['what lay below, when it is steady', [at('up', 5), at('degraded', 6), 'up'], 'degraded'],
  [
    'what is stored, when what was rendered as suspect is steady',
    [at('suspect', 5), undefined, 'degraded'],
    'degraded',
  ],
  ['down, when it is steady for somebody', [at('down', 5), undefined, 'up'], 'down'],
  ['down, when somebody suspects it', [at('up', 5), at('down', 6), 'suspect'], 'down'],
  ['unreachable, when somebody suspects it', [at('unreachable', 5), undefined, 'suspect'], 'unreachable'],
])('a page shows %s', (_, given, shown) => expect(statusToShow(...given)).toBe(shown))

test('no word of the moment makes what is stored look better', () => {
  for (const rendered of statuses)
    for (const told of [undefined, ...statuses])
      for (const moment of statuses) {
        const stored = statusToShow(at(rendered, 5), told && at(told, 6), undefined)
        const shown = statusToShow(at(rendered, 5), told && at(told, 6), moment)
        if (shown !== stored)
          expect([stored, shown]).toEqual(moment === 'suspect' ? [stored, 'suspect'] : ['suspect', moment])
        if (['down', 'unreachable', 'paused'].includes(stored)) expect(shown).toBe(stored)
      }
})
