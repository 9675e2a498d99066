import { guarded } from '@/lib/guarded'
import { Problem } from '@/lib/problem'

/** Whatever no other handler answers: a script gets a problem to read, not a page. */
const nowhere = guarded<{ path: string[] }>('read', async ({ params }) => {
  const path = `/api/${params.path.join('/')}`.slice(0, 200)
  throw new Problem('not-found', `Nothing answers at ${path}: /api/openapi.json lists every address`)
})

export { nowhere as DELETE, nowhere as GET, nowhere as PATCH, nowhere as POST, nowhere as PUT }
