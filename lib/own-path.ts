const here = 'http://here.invalid'

/** Where to go after signing in: a path of this house only, never another site, a script or the sign-in again. */
export function ownPath(value: unknown): string {
  if (typeof value !== 'string' || !URL.canParse(value, here)) return '/'
  const url = new URL(value, here)
  const path = `${url.pathname}${url.search}`
  // `blob:https://other.site` and its like have no path that begins here: they carry an address in it.
  const isOurs = ['http:', 'https:'].includes(url.protocol) && /^\/(?!\/)/.test(path)
  return isOurs && url.pathname !== '/login' ? path : '/'
}
