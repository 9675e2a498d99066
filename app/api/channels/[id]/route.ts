import { anyTime } from '@/lib/domain/hours'
import { guarded, noContent, notFound, pathId, readJson } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { deleteChannel, type StoredChannel } from '@/lib/store/channel-writes'
import { ChannelInput, ChannelPatch } from '@/lib/wire/rest-channels'
import { channelAnswer, channelAt, type Path } from '../answer'
import { changeChannel } from '../input'

export const GET = guarded<Path>('read', async ({ params }) => answer(pathId(params)))

/** What is left out goes back to its default; only secrets that it says to keep stay. */
export const PUT = guarded<Path>('write', async ({ request, params }) => {
  const standing = await channelAt(pathId(params))
  return change({ ...unsaid, ...(await readJson(request, ChannelInput)) }, standing)
})

export const PATCH = guarded<Path>('write', async ({ request, params }) => {
  const standing = await channelAt(pathId(params))
  return change(await readJson(request, ChannelPatch), standing)
})

export const DELETE = guarded<Path>('write', async ({ params }) => {
  const id = pathId(params)
  const gone = await deleteChannel(id)
  if (gone === null) throw notFound('No channel', id)
  if ('fault' in gone) throw new Problem('conflict', gone.fault)
  return noContent()
})

const unsaid = {
  config: null,
  hours: anyTime,
  critical_breaks_through: true,
  cool_off: null,
  escalate_to: null,
  escalate_after: null,
}

async function change(said: ChannelPatch, standing: StoredChannel) {
  if (!(await changeChannel(said, standing))) throw notFound('No channel', standing.id)
  return answer(standing.id)
}

const answer = async (id: number) => channelAnswer(await channelAt(id), Date.now())
