/** The result of `work`, or a failure after `ms`: the database driver can lose a query for good when its connection is cut. */
export async function within<T>(ms: number, work: Promise<T>, what = 'answer'): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no ${what} within ${ms / 1000} s`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
