/** Gives each name once: the second `Backup` becomes `Backup (2)`. Elsewhere names may repeat, here they do not. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>()
  return (name) => {
    let unique = name
    for (let i = 2; taken.has(unique); i++) unique = `${name} (${i})`
    taken.add(unique)
    return unique
  }
}
