import type { SourceConfigs } from './config'
import type { Source, SourceContext, SourceKind } from './source'

export { type CsvConfig, type SonarConfig, type SourceConfigs, sourceKinds, type UispConfig } from './config'
export * from './source'

/** Opens a source by what `sourceKinds[kind].schema` read. Its connections end with `close`, and by themselves when idle. */
export function openSource<K extends SourceKind>(kind: K, config: SourceConfigs[K], context: SourceContext): Source {
  throw new Error(`${kind} is not read yet: ${Object.keys(config).length} fields, ${context.signal.aborted}`)
}
