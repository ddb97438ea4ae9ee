export type { AffineField, AffineFit, LevelPlanes } from './affine.ts'
export {
  applyField,
  evenField,
  fitAffine,
  identityMap,
  levelPlanes,
  pictureOfLevels,
  resizeField,
  shrinkPlane,
  shrinkPlanes,
} from './affine.ts'
export { blendPictures } from './blend.ts'
export { blurPicture, blurPlane, boxBlurPlane, featherMask } from './blur.ts'
export type { Carried, Matte } from './carry.ts'
export { carryChange } from './carry.ts'
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
export { compositePictures, shadePicture, spreadColours } from './composite.ts'
export { cropMask, cropPicture, pasteMask, pastePicture } from './crop.ts'
export { differenceMap } from './difference.ts'
export type { ImageErrorCode } from './error.ts'
export { ImageError } from './error.ts'
export type { Area, Component } from './mask.ts'
export {
  boxMask,
  dilateMask,
  distanceToMask,
  erodeMask,
  evenMask,
  fillHoles,
  intersectMasks,
  invertMask,
  largestParts,
  maskArea,
  maskBox,
  maskComponents,
  maskOfPixels,
  maskShare,
  subtractMask,
  thresholdMask,
  uniteMasks,
} from './mask.ts'
export type { Mask, Picture } from './picture.ts'
export { fromPlanes, pictureHash, toPlanes } from './picture.ts'
export type { PictureFile } from './read.ts'
export { readPicture } from './read.ts'
export type { ResizeFilter } from './resize.ts'
export { resizeMask, resizePicture } from './resize.ts'
export type { ShadowShape } from './shadow.ts'
export { castShadow, contactShadow } from './shadow.ts'
export type { ColourStatistics, TransferStrength } from './transfer.ts'
export { colourStatistics, transferColours } from './transfer.ts'
export type { Spot, Warp, WarpSize } from './warp.ts'
export {
  composeWarps,
  identityWarp,
  invertWarp,
  perspectiveWarp,
  similarityWarp,
  warpMask,
  warpPicture,
  warpSpot,
} from './warp.ts'
export type { OutputFormat, WriteOptions } from './write.ts'
export {
  checkMaskWritable,
  checkWritable,
  encodePicture,
  outputFormat,
  readRecipe,
  writeMask,
  writePicture,
} from './write.ts'
