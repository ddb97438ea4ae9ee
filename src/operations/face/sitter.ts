import { type LabPlanes, labOfPicture, type Picture, type Plane, resizePicture } from '../../image/index.ts'
import type { Face } from '../../tools/index.ts'
import { faceWidth, skinOf } from './faceParts.ts'

/** Pixels up to which a face is looked at in its own size. */
const mostPixels = 1_200_000

/** What a picture shows of a face, with what retouching needs to know of it. */
export interface FaceMaps {
  readonly picture: Picture
  readonly face: Face
  readonly lab: LabPlanes
  /** Skin of the face, 0 to 1. */
  readonly skin: Plane
  /** Skin of the face, the ears and the neck, so that the face gets no mask when its tone changes. */
  readonly wideSkin: Plane
  /** The face's width in pixels. */
  readonly size: number
}

/** A face to be retouched. */
export interface Sitter {
  readonly picture: Picture
  readonly face: Face
  /** The face's width in pixels. */
  readonly size: number
  /** Of the picture itself, or of a smaller copy where it is large. */
  readonly maps: FaceMaps
}

/** Looks at a face: at its colours and where its skin is, in a smaller copy where there are more pixels than `most`. */
export function sitterOf(picture: Picture, face: Face, most: number = mostPixels): Sitter {
  const size = faceWidth(face)
  const scale = Math.sqrt(most / (picture.width * picture.height))
  if (scale >= 1) return { picture, face, size, maps: mapsOf(picture, face) }
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)]
  const small = resizePicture(picture, { width, height, filter: 'bilinear' })
  return {
    picture,
    face,
    size,
    maps: mapsOf(small, scaledFace(face, width / picture.width, height / picture.height)),
  }
}

/** The sitter in a retouched picture of the same size: colours are looked at again, where the skin is stays. */
export function sitterIn(picture: Picture, sitter: Sitter): Sitter {
  const { maps } = sitter
  const { width, height } = maps.picture
  const small =
    maps.picture === sitter.picture ? picture : resizePicture(picture, { width, height, filter: 'bilinear' })
  return { ...sitter, picture, maps: { ...maps, picture: small, lab: labOfPicture(small) } }
}

function mapsOf(picture: Picture, face: Face): FaceMaps {
  const lab = labOfPicture(picture)
  const skin = skinOf(picture, face, lab)
  return { picture, face, lab, skin: skin.face, wideSkin: skin.wide, size: faceWidth(face) }
}

/** The face in a picture of another size, or moved by pixels after that. */
export function scaledFace(face: Face, across: number, down: number, right = 0, below = 0): Face {
  const { x, y, width, height } = face.box
  return {
    score: face.score,
    box: { x: x * across + right, y: y * down + below, width: width * across, height: height * down },
    mesh: face.mesh.map(([u, v]) => [u * across + right, v * down + below] as const),
  }
}
