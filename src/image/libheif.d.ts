/** The part of libheif's interface that is used; the package has no types at this path. Source: libheif's heif.h. */
declare module 'libheif-js/wasm-bundle.js' {
  type Handle = { readonly __brand: 'heif_image_handle' }
  type Context = { readonly __brand: 'heif_context' }
  interface HeifError {
    readonly code: object
    readonly message: string
  }
  interface DecodedHeif {
    readonly image: object
    readonly channels: readonly {
      readonly id: object
      readonly stride: number
      readonly data: Uint8Array
      readonly width: number
      readonly height: number
      readonly bits_per_pixel: number
    }[]
  }
  const libheif: {
    readonly heif_error_code: { readonly heif_error_Ok: object }
    readonly heif_colorspace: { readonly heif_colorspace_RGB: object }
    readonly heif_chroma: {
      readonly heif_chroma_interleaved_RGB: object
      readonly heif_chroma_interleaved_RGBA: object
    }
    readonly heif_channel: { readonly heif_channel_interleaved: object }
    heif_context_alloc(): Context
    heif_context_read_from_memory(context: Context, bytes: Uint8Array): HeifError
    heif_context_free(context: Context): void
    heif_js_context_get_primary_image_handle(context: Context): Handle | HeifError
    heif_image_handle_get_width(handle: Handle): number
    heif_image_handle_get_height(handle: Handle): number
    heif_image_handle_has_alpha_channel(handle: Handle): boolean | number
    heif_image_handle_release(handle: Handle): void
    heif_js_decode_image2(
      handle: Handle,
      colorspace: object,
      chroma: object,
    ): Promise<DecodedHeif | HeifError | undefined>
    heif_image_release(image: object): void
  }
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS, of which Node makes a default export.
  export default libheif
}
