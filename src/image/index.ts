export { blurPicture, blurPlane, boxBlurPlane, featherMask } from './blur.ts'
export type { Lab, LabPlanes, Rgb } from './colour.ts'
export {
  labOfLinear,
  labOfPicture,
  labOfRgb,
  levelOfLinear,
  linearOfLab,
  linearOfLevel,
  pictureOfLab,
  rgbOfLab,
} from './colour.ts'
export type { Bounds, DifferenceShares } from './changes.ts'
export { changedBounds, cropPicture, differenceMap, differenceShares, widened } from './changes.ts'
export { edgeCorrelation } from './edges.ts'
export type { ImageErrorCode } from './error.ts'
export { ImageError } from './error.ts'
export { colourDistance, colourSignature, hashDistance, perceptualHash } from './hash.ts'
export type { Mask, Picture } from './picture.ts'
export { fromPlanes, pictureHash, toPlanes } from './picture.ts'
export type { PictureFile } from './read.ts'
export { readPicture } from './read.ts'
export type { ResizeFilter } from './resize.ts'
export { resizePicture } from './resize.ts'
export type { PictureStatistics } from './statistics.ts'
export { pictureStatistics } from './statistics.ts'
export type { PictureWithAlpha } from './stored.ts'
export { encodeMask, encodeStored, encodeWithAlpha, readWithAlpha } from './stored.ts'
export type { OutputFormat, WriteOptions } from './write.ts'
export { checkWritable, encodePicture, outputFormat, readRecipe, writePicture } from './write.ts'
