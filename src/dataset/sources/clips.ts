import { basename, extname } from 'node:path'
import { parseTable, readTextFile } from '../../files/index.ts'
import { DatasetError } from '../error.ts'

/** A part of a video, in seconds. */
export type ClipTimes = readonly [from: number, to: number]

/** Parts of videos by the names of their files, without endings. */
export type ClipList = ReadonlyMap<string, readonly ClipTimes[]>

/**
 * Reads a list of clips: a CSV with the columns `video`, `start` and `end` (seconds, or `h:mm:ss.s`), or that of
 * Koala-36M with `videoID` (the video's name, and the number of the clip after `_`) and `timestamp`
 * (`['0:00:17.0', '0:00:21.2']`). @throws DatasetError `source` that names the row
 */
export async function readClips(file: string): Promise<ClipList> {
  const [header, ...rows] = parseTable(await readTextFile(file), ',').map(({ cells }) => cells)
  const column = (name: string): number => header?.indexOf(name) ?? -1
  const isKoala = column('videoID') >= 0 && column('timestamp') >= 0
  if (!isKoala && ['video', 'start', 'end'].some((name) => column(name) < 0))
    throw new DatasetError(
      'source',
      `${file}: expected the columns video, start, end, or videoID, timestamp; got ${header?.join(', ') || 'none'}`,
    )
  const clips = new Map<string, ClipTimes[]>()
  for (const [i, row] of rows.entries()) {
    const cell = (name: string): string => row[column(name)] ?? ''
    const video = isKoala ? cell('videoID').replace(/_\d+$/, '') : stemOf(cell('video'))
    const [start = '', end = ''] = isKoala
      ? (cell('timestamp').match(/[\d:.]+/g) ?? [])
      : [cell('start'), cell('end')]
    const [from, to] = [secondsOf(start), secondsOf(end)]
    if (video === '' || !(from >= 0) || !(to > from))
      throw new DatasetError(
        'source',
        `${file}: row ${i + 2}: expected a video and two times in order, got '${video}', '${start}' and '${end}'`,
      )
    clips.set(video, [...(clips.get(video) ?? []), [from, to]])
  }
  return clips
}

/** The clips of a file in the order of their times; none where the list does not name it. */
export const clipsOf = (name: string, list: ClipList): readonly ClipTimes[] =>
  [...(list.get(stemOf(name)) ?? [])].sort(([a, b], [c, d]) => a - c || b - d)

const stemOf = (name: string): string => basename(name, extname(name))

/** Of `17`, `0:17.5` and `1:02:03`; NaN of anything else. */
function secondsOf(time: string): number {
  if (!/^\d+(:\d+){0,2}(\.\d+)?$/.test(time.trim())) return Number.NaN
  return time.split(':').reduce((sum, part) => 60 * sum + Number(part), 0)
}
