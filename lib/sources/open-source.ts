import { openCsv } from './client-csv'
import type { SourceConfigs } from './config'
import { openSonar } from './sonar'
import type { Source, SourceContext, SourceKind } from './source'
import { openUisp } from './uisp'

export { type SourceConfigs, sourceKinds } from './config'
export * from './source'

const openers: { [K in SourceKind]: (config: SourceConfigs[K], context: SourceContext) => Source } = {
  uisp: openUisp,
  sonar: openSonar,
  csv: openCsv,
}

/** Opens a source by what `sourceKinds[kind].schema` read. Its connections end with `close`, and by themselves when idle. */
export function openSource<K extends SourceKind>(kind: K, config: SourceConfigs[K], context: SourceContext): Source {
  return openers[kind](config, context)
}
