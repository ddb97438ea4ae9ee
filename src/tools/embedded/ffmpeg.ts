import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Picture } from '../../image/index.ts'
import { ToolError } from '../error.ts'
import type { Jobs } from '../tool.ts'
import { decodePnm } from './netpbm.ts'
import { runProgram } from './program.ts'

/** Frames of videos by ffmpeg, turned upright, their pixels square. */
export function ffmpegVideo(timeLimitSeconds: number): Jobs['video'] {
  return {
    async frames(
      file,
      { every, most, from = 0, to = Number.POSITIVE_INFINITY },
    ): Promise<readonly Picture[]> {
      if (!(every >= 0) || !(Number.isInteger(most) && most > 0))
        throw new ToolError(
          'configuration',
          `${file}: expected frames every ≥ 0 s and at most ≥ 1 of them, got ${every} and ${most}`,
        )
      if (!(from >= 0) || !(to > from))
        throw new ToolError(
          'configuration',
          `${file}: expected times in order from 0 s on, got ${from} and ${to}`,
        )
      if (!statSync(file, { throwIfNoEntry: false })?.isFile())
        throw new ToolError('source', `${file}: no such video file`)
      const { code, out, error } = await runProgram('ffmpeg', argumentsFor(file, { every, most, from, to }), {
        timeLimitSeconds,
      })
      if (code === 0 && out.length > 0) return decodePnm(out)
      throw new ToolError('source', `${file}: ${reasonOf(error)}`)
    },
  }
}

function argumentsFor(
  file: string,
  { every, most, from, to }: Required<Parameters<Jobs['video']['frames']>[1]>,
): readonly string[] {
  // A frame is taken when the last one taken is far enough behind; a millisecond makes up for rounded time stamps.
  const spaced = `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${every - 0.001})'`
  return [
    ['-nostdin', '-hide_banner', '-v', 'error'],
    // Playlists may not lead anywhere else.
    from > 0 ? ['-ss', String(from)] : [],
    to < Number.POSITIVE_INFINITY ? ['-t', String(to - from)] : [],
    ['-protocol_whitelist', 'file', '-i', `file:${resolve(file)}`],
    // The first stream of pictures that is no cover.
    ['-map', '0:V:0', '-vf', `${spaced},scale='max(1,round(iw*sar))':ih,setsar=1`],
    ['-sws_flags', 'bicubic+accurate_rnd+full_chroma_int+bitexact', '-pix_fmt', 'rgb24'],
    ['-vsync', 'vfr', '-frames:v', String(most), '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'],
  ].flat()
}

/** What is wrong with the file, as far as ffmpeg's first words tell. */
function reasonOf(error: string): string {
  if (/matches no streams/i.test(error)) return 'holds no video, only sound or text; leave it out'
  const [first = 'no frame in it'] = error.split('\n').filter((line) => line.trim() !== '')
  const plain = first.replace(/^\[[^\]]*\]\s*/, '').replace(/^.*?: (?=Invalid|moov)/, '')
  return `not a video that can be read (${plain.trim()}); get a new copy, or leave it out`
}
