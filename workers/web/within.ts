/**
 * The result of `work`, or a failure (code ETIMEDOUT) after `ms`: the database driver can lose a query for good when its
 * connection is cut.
 */
export async function within<T>(ms: number, work: Promise<T>, what = 'answer'): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => fail(Object.assign(new Error(`no ${what} within ${ms / 1000} s`), { code: 'ETIMEDOUT' })),
      ms,
    )
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
