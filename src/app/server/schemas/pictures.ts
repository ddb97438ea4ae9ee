import { z } from '@hono/zod-openapi'
import type { StoredPicture } from '../../../service/index.ts'

/** The SHA-256 of a picture's file. */
export const pictureId: z.ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected the id of a picture, 64 hexadecimal digits')
  .openapi({ example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' })

export const pictureParams: z.ZodObject<{ id: typeof pictureId }> = z.object({ id: pictureId })

export const storedPictureSchema: z.ZodType<StoredPicture> = z
  .object({
    id: pictureId,
    name: z.string().describe("A file's name without folders."),
    type: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/tiff']),
    width: z.int().describe('In pixels, after the orientation of its EXIF data.'),
    height: z.int(),
    bytes: z.int(),
  })
  .openapi('Picture')
