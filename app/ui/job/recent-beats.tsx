import { WideStrip } from './beat-strip'
import { stripsOf } from './listed-jobs'

const shown = 90

/** The last beats of one job, as a line beside something else that is said of it. */
export async function RecentBeats({ id }: { id: number }) {
  const strip = (await stripsOf([id], shown)).get(id)
  return <WideStrip id={id} code={strip?.code ?? ''} until={strip?.until ?? null} />
}
