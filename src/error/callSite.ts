/**
 * The first stack frame outside some folders and Node itself: the line of the caller's code that made a mistake.
 * Their tests count as callers. @param folders URLs of folders, ending in `/`
 */
export function callSite(folders: readonly string[]): string {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 40
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = limit
  const inner = [import.meta.url.slice(0, import.meta.url.lastIndexOf('/') + 1), ...folders]
  const marks = inner.flatMap((folder) => [folder, folder.replace('file://', '')])
  for (const line of stack.split('\n').slice(1)) {
    const inside = marks.some((mark) => line.includes(mark)) && !/\.(test|contract)\./.test(line)
    if (inside || line.includes('node:internal')) continue
    const place = /\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1]
    if (place) return place.replace('file://', '')
  }
  return 'an unknown place'
}
