import type { EditTask, SessionNode } from '../shared/server.ts'
import { server } from '../shared/server.ts'
import type { Draft } from './draft.ts'
import { paint } from './paint.ts'
import { loadMask } from './storedMasks.ts'

/** The region of a draft as the server takes it: one box and one stored mask as they are, anything else as a mask of the picture's size. */
export async function regionOf(
  { region }: Pick<Draft, 'region'>,
  { id, picture }: SessionNode,
): Promise<Pick<EditTask, 'box' | 'mask'>> {
  if (!picture || region?.node !== id || region.strokes.length === 0) return {}
  const [first] = region.strokes
  if (region.strokes.length === 1 && first?.kind === 'box' && !first.erases) return { box: first.box }
  if (region.strokes.length === 1 && first?.kind === 'stored') return { mask: first.picture }
  for (const stroke of region.strokes) if (stroke.kind === 'stored') await loadMask(stroke.picture)
  const { width, height } = picture
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')!
  paint(context, region.strokes, { width, height, scale: 1, colour: '#fff' })
  // White on black, as masks are stored.
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = '#000'
  context.fillRect(0, 0, width, height)
  const file = await canvas.convertToBlob({ type: 'image/png' })
  return { mask: (await server.addPicture(file, 'mask.png')).id }
}
