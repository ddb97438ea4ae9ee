/**
 * The first stack frame outside some layers and Node itself: the line of the caller's code that made a mistake. The tests
 * of a layer count as callers. @param layers names of folders beside this one
 */
export function callSite(layers: readonly string[]): string {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 40
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = limit
  // In a stack trace a file is a path or a URL.
  const root = import.meta.url.split('/').slice(0, -2).join('/')
  const folders = ['error', ...layers].flatMap((layer) => [
    `${root}/${layer}/`,
    `${root}/${layer}/`.replace('file://', ''),
  ])
  for (const line of stack.split('\n').slice(1)) {
    const inside = folders.some((folder) => line.includes(folder)) && !/\.(test|contract)\./.test(line)
    if (inside || line.includes('node:internal')) continue
    const place = /\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1]
    if (place) return place.replace('file://', '')
  }
  return 'an unknown place'
}
