/** Predictions for the same latent: with text and picture, with the picture alone, and with neither. */
export interface PictureBranches {
  readonly both: Float32Array
  readonly picture: Float32Array
  readonly none: Float32Array
}

/** How strongly a prediction follows the instruction, and how strongly the picture. */
export interface PictureGuidance {
  readonly guidance: number
  readonly pictureGuidance: number
}

/**
 * Guidance of two scales: none + s_picture·(picture − none) + s_text·(both − picture).
 * Source: formula 3 of InstructPix2Pix, arXiv:2211.09800.
 */
export function guideByPicture(
  { both, picture, none }: PictureBranches,
  { guidance, pictureGuidance }: PictureGuidance,
): Float32Array {
  return none.map((n, i) => n + pictureGuidance * (picture[i]! - n) + guidance * (both[i]! - picture[i]!))
}
