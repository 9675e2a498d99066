import type { SourceConfigs, UispConfig } from './config'
import type { Source, SourceContext, SourceKind } from './source'
import { openUisp } from './uisp'

export { type CsvConfig, type SonarConfig, type SourceConfigs, sourceKinds, type UispConfig } from './config'
export * from './source'

/** Opens a source by what `sourceKinds[kind].schema` read. Its connections end with `close`, and by themselves when idle. */
export function openSource<K extends SourceKind>(kind: K, config: SourceConfigs[K], context: SourceContext): Source {
  if (kind === 'uisp') return openUisp(config as UispConfig, context)
  throw new Error(`${kind} is not read yet`)
}
