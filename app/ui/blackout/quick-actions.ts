'use server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { readBlackout } from '@/lib/domain/blackout'
import { createBlackout } from '@/lib/store/blackouts'
import { attempt } from '../form/attempt'
import type { FormState } from '../form/form-state'
import { faultAtField } from './blackout-form-data'
import { quickBlackout } from './quick-blackout'

const Id = z.coerce.number().int().positive().max(2_147_483_647)

/** A blackout of one device or job, from its own page. */
export async function addQuickBlackout(_: FormState, form: FormData): Promise<FormState> {
  return attempt('write', async (session) => {
    const now = Date.now()
    const read = readBlackout(quickBlackout(form, [Id.parse(form.get('id'))], now), now)
    if ('fault' in read) return faultAtField(read.fault)
    await createBlackout(read.blackout, session.userId)
    revalidatePath('/', 'layout')
    return { done: 'Nobody is told in that time.' }
  })
}
