import { ImageError } from './error.ts'
import { reasonOf } from './reason.ts'

/** A decoded HEIC picture: upright, 8 bits per channel, in the colours of its profile. */
export interface DecodedHeic {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

/**
 * Decodes the main picture of a HEIC file (HEVC, as telephones write it), which the image library cannot do for
 * reasons of patents. The decoder, libheif in WebAssembly, is loaded with the first such file.
 * @throws ImageError
 */
export async function decodeHeic(
  name: string,
  bytes: Uint8Array,
  checkSize: (width: number, height: number) => void,
): Promise<DecodedHeic> {
  const { default: heif } = await import('libheif-js/wasm-bundle.js')
  const context = heif.heif_context_alloc()
  try {
    const opened = heif.heif_context_read_from_memory(context, bytes)
    if (opened.code !== heif.heif_error_code.heif_error_Ok) throw damaged(name, opened.message)
    const handle = heif.heif_js_context_get_primary_image_handle(context)
    if ('code' in handle) throw damaged(name, handle.message)
    try {
      checkSize(heif.heif_image_handle_get_width(handle), heif.heif_image_handle_get_height(handle))
      const channels = heif.heif_image_handle_has_alpha_channel(handle) ? 4 : 3
      const { heif_chroma_interleaved_RGB: rgb, heif_chroma_interleaved_RGBA: rgba } = heif.heif_chroma
      const decoded = await heif.heif_js_decode_image2(
        handle,
        heif.heif_colorspace.heif_colorspace_RGB,
        channels === 4 ? rgba : rgb,
      )
      if (decoded === undefined || 'code' in decoded) throw damaged(name, decoded?.message ?? 'no picture')
      try {
        const plane = decoded.channels.find(({ id }) => id === heif.heif_channel.heif_channel_interleaved)
        if (plane === undefined || plane.bits_per_pixel !== 8)
          throw damaged(name, 'its samples are not 8-bit')
        return { width: plane.width, height: plane.height, channels, data: packed(plane, channels) }
      } finally {
        heif.heif_image_release(decoded.image)
      }
    } finally {
      heif.heif_image_handle_release(handle)
    }
  } finally {
    heif.heif_context_free(context)
  }
}

/** The rows without what lies between them. */
function packed(
  { stride, data, width, height }: { stride: number; data: Uint8Array; width: number; height: number },
  channels: number,
): Uint8Array {
  const row = channels * width
  if (stride === row) return data.slice(0, row * height)
  const out = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) out.set(data.subarray(y * stride, y * stride + row), y * row)
  return out
}

function damaged(name: string, reason: string): ImageError {
  return new ImageError(
    'damaged',
    `${name}: the HEIC data cannot be decoded (${reasonOf(reason)}); export it as JPEG, or get a new copy if it is damaged`,
  )
}
