import { created, guarded, notFound, pathId, readJson } from '@/lib/guarded'
import { addNote } from '@/lib/store/incidents'
import { NoteInput } from '@/lib/wire/rest'
import { answerIncident } from '../../answer-incident'

export const POST = guarded<{ id: string }>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { text } = await readJson(request, NoteInput)
  if (!(await addNote(id, session.name, text))) throw notFound('No incident', id)
  return created(`/api/incidents/${id}`, await answerIncident(id))
})
