import { readFont } from '../../image/index.ts'
import type { Tool } from '../../tools/index.ts'
import type { TypeFace } from './typeFit.ts'

/** The faces of the installed fonts, the usual ones first. */
export async function facesOf(fonts: Tool<'fonts'>): Promise<readonly TypeFace[]> {
  const usual = fonts.files.map(({ file, bold }) => ({ file, bold, face: 'sans' as const }))
  return await Promise.all(
    [...usual, ...(fonts.others ?? [])].map(async ({ file, bold, face }) => ({
      font: await readFont(file),
      bold,
      face,
    })),
  )
}
