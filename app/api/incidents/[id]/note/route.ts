import { created, guarded, pathId, readJson } from '@/lib/guarded'
import { addNote } from '@/lib/store/incident-acts'
import { NoteInput } from '@/lib/wire/rest'
import { answerAct } from '../../answer-incident'

export const POST = guarded<{ id: string }>('write', async ({ request, params, session }) => {
  const id = pathId(params)
  const { text } = await readJson(request, NoteInput)
  return created(`/api/incidents/${id}`, await answerAct(id, await addNote(id, session, text)))
})
