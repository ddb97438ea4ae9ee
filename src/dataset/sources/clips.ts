import { basename, extname } from 'node:path'
import { readTable, textPieces } from '../../files/index.ts'
import { DatasetError } from '../error.ts'

/** A part of a video, in seconds. */
export type ClipTimes = readonly [from: number, to: number]

/** Parts of videos by the names of their files, without endings. */
export type ClipList = ReadonlyMap<string, readonly ClipTimes[]>

/**
 * Reads a list of clips: a CSV with the columns `video`, `start` and `end` (seconds, or `h:mm:ss.s`), or that of
 * Koala-36M with `videoID` and `timestamp` (`['0:00:17.0', '0:00:21.2']`). A file is named by a clip's video
 * (`videoID` without the number of the clip), or by the clip itself, which then begins with its first frame.
 * @param videos names of the files that are there: memory holds the clips of these alone
 * @throws DatasetError `source` that names the row
 */
export async function readClips(file: string, videos: ReadonlySet<string>): Promise<ClipList> {
  const clips = new Map<string, ClipTimes[]>()
  const add = (video: string, times: ClipTimes): void => {
    if (!videos.has(video)) return
    const known = clips.get(video)
    if (known) known.push(times)
    else clips.set(video, [times])
  }
  let header: Header | undefined
  for await (const { cells, line } of readTable(textPieces(file), ',')) {
    if (header === undefined) {
      header = headerOf(file, cells)
      continue
    }
    const { video, start, end } = header
    const name = cells[video] ?? ''
    const [from = '', to = ''] =
      end === undefined ? ((cells[start] ?? '').match(/[\d:.]+/g) ?? []) : [cells[start], cells[end]]
    const times = [secondsOf(from), secondsOf(to)] as const
    if (name === '' || !(times[0] >= 0) || !(times[1] > times[0]))
      throw new DatasetError(
        'source',
        `${file}: line ${line}: expected a video and two times in order, got '${name}', '${from}' and '${to}'`,
      )
    if (end !== undefined) add(stemOf(name), times)
    else {
      add(name.replace(/_\d+$/, ''), times)
      if (/_\d+$/.test(name)) add(name, [0, times[1] - times[0]])
    }
  }
  if (header === undefined) headerOf(file, [])
  return clips
}

/** Which columns a list has: of Koala-36M both times stand in one. */
interface Header {
  readonly video: number
  readonly start: number
  readonly end?: number
}

function headerOf(file: string, cells: readonly string[]): Header {
  const column = (name: string): number => cells.indexOf(name)
  if (column('videoID') >= 0 && column('timestamp') >= 0)
    return { video: column('videoID'), start: column('timestamp') }
  if (['video', 'start', 'end'].every((name) => column(name) >= 0))
    return { video: column('video'), start: column('start'), end: column('end') }
  throw new DatasetError(
    'source',
    `${file}: expected the columns video, start, end, or videoID, timestamp; got ${cells.join(', ') || 'none'}`,
  )
}

/** The clips of a file in the order of their times; none where the list does not name it. */
export const clipsOf = (name: string, list: ClipList): readonly ClipTimes[] =>
  [...(list.get(stemOf(name)) ?? [])].sort(([a, b], [c, d]) => a - c || b - d)

/** A file's name without its ending. */
export const stemOf = (name: string): string => basename(name, extname(name))

/** Of `17`, `0:17.5` and `1:02:03`; NaN of anything else. */
function secondsOf(time: string): number {
  if (!/^\d+(:\d+){0,2}(\.\d+)?$/.test(time.trim())) return Number.NaN
  return time.split(':').reduce((sum, part) => 60 * sum + Number(part), 0)
}
