import { gmicHome } from './embedded/gmic.ts'
import { programVersion, withFolder } from './embedded/program.ts'

/** A program that some tools are, which the user installs. */
export interface Program {
  readonly name: 'gmic' | 'ffmpeg'
  readonly purpose: string
  /** As it says itself; undefined where it is not installed. */
  readonly version: string | undefined
}

/** Looks for the programs that tools are, by asking each for its version. */
export async function findPrograms(): Promise<Readonly<Record<Program['name'], Program>>> {
  const [gmic, ffmpeg] = await Promise.all([
    withFolder((folder) => programVersion('gmic', ['version'], /Version\s+(\d[\w.]*)/, gmicHome(folder))),
    programVersion('ffmpeg', ['-version'], /ffmpeg version (\S+)/),
  ])
  return {
    gmic: { name: 'gmic', purpose: 'stylizer, inpainting with texture', version: gmic },
    ffmpeg: { name: 'ffmpeg', purpose: 'video', version: ffmpeg },
  }
}
