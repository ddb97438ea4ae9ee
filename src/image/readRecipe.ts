import sharp from 'sharp'
import { ImageError } from './error.ts'
import { fileKind } from './fileKind.ts'
import { openBytes } from './read.ts'
import { reasonOf } from './reason.ts'
import { mostRecipeLength, recipeInPacket } from './xmp.ts'

/** Longer packets are not searched. */
const mostPacketBytes = 1 << 24

/**
 * The recipe inside a picture file, also where another program has written its XMP again; undefined where there is
 * none. @throws ImageError when the file is no picture, or the recipe is longer than any of ours
 */
export async function readRecipe(file: string | Uint8Array): Promise<string | undefined> {
  const { name, bytes } = await openBytes(file)
  const kind = fileKind(bytes)
  if (!('format' in kind)) throw new ImageError('format', `${name}: ${kind.other}; ${kind.advice}`)
  const { xmp } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw new ImageError(
        'damaged',
        `${name}: the ${kind.format} data is damaged or truncated (${reasonOf(error)}); get a new copy`,
        { cause: error },
      )
    })
  if (xmp === undefined || xmp.length > mostPacketBytes) return undefined
  const recipe = recipeInPacket(xmp.toString('utf8'))
  if (recipe !== undefined && recipe.length > mostRecipeLength)
    throw new ImageError(
      'recipe',
      `${name}: a recipe of ${recipe.length} characters, expected at most ${mostRecipeLength}; it was not made by Pentimento`,
    )
  return recipe
}
