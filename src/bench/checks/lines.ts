import type { Area, Picture } from '../../image/index.ts'
import { boxOfLine, readLines, readWithin } from '../../operations/index.ts'
import type { TextLine, Tool } from '../../tools/index.ts'

/** Lines of a picture; with an area, those that lie in it, and what is read when it is looked at from near. */
export async function readEverywhere(
  ocr: Tool<'ocr'>,
  picture: Picture,
  near: Area | undefined,
): Promise<readonly TextLine[]> {
  const all = await readLines(ocr, picture)
  if (!near) return all
  const margin = 0.15 * Math.max(near.width, near.height) + 4
  const inside = all.filter((line) => {
    const { x, y, width, height } = boxOfLine(line)
    const [u, v] = [x + width / 2, y + height / 2]
    return (
      u >= near.x - margin &&
      v >= near.y - margin &&
      u <= near.x + near.width + margin &&
      v <= near.y + near.height + margin
    )
  })
  return [...inside, ...(await readWithin(ocr, picture, near, margin))]
}
