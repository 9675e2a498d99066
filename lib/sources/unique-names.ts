/** Gives each name once: the second `Backup` becomes `Backup (2)`. Elsewhere names may repeat, here they do not. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>()
  const tried = new Map<string, number>() // so that many of one name do not each try all before them
  return (name) => {
    let unique = name
    let count = tried.get(name) ?? 1
    while (taken.has(unique)) unique = `${name} (${++count})`
    tried.set(name, count)
    taken.add(unique)
    return unique
  }
}
