export { encodeAlike } from './alike.ts'
export { onGround, whiteGround } from './alpha.ts'
export { blendPictures } from './blend.ts'
export { blurPicture, blurPlane, featherMask } from './blur.ts'
export type { LargeEdit, SmallEdit } from './carryEdit.ts'
export { carryEdit } from './carryEdit.ts'
export type { DifferenceShares } from './changes.ts'
export { differenceShares, widened } from './changes.ts'
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
export type { Curve, Tint } from './colourGrade.ts'
export {
  applyCurves,
  contrast,
  curveTable,
  expose,
  monochrome,
  saturate,
  splitTone,
  vibrance,
  vignette,
  whiteBalance,
} from './colourGrade.ts'
export type { Triple } from './colourMap.ts'
export { encodeSrgb, greyOf, greyPicture, mapLinear, mapOklab, mapOklch } from './colourMap.ts'
export { compositePictures, shadePicture, spreadColours } from './composite.ts'
export { cropMask, cropPicture, pasteMask, pastePicture } from './crop.ts'
export { differenceMap } from './difference.ts'
export { displacePicture } from './displace.ts'
export { edgeCorrelation } from './edges.ts'
export type { ImageErrorCode } from './error.ts'
export { ImageError } from './error.ts'
export type { ExifEntry } from './exif.ts'
export type { FileKind, InputFormat } from './fileKind.ts'
export { fileKind } from './fileKind.ts'
export { bilateral, boxMean, defocus, gradientOf, guidedFilter, sharpen, soften } from './filter.ts'
export type { NextRandom } from './filterNoise.ts'
export { addNoise, cloudNoise, normalNoise } from './filterNoise.ts'
export { colourDistance, colourSignature, hashDistance, perceptualHash } from './hash.ts'
export type { Layer } from './layer.ts'
export { cropLayer, scaleLayer } from './layer.ts'
export { type ImageLibrary, imageLibrary } from './library.ts'
export { deltaEOf, meanDifference, peakSignalToNoise, structuralSimilarity } from './likeness.ts'
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
export type { MetadataPolicy, PictureMetadata } from './metadata.ts'
export { repetitionOf } from './phaseCorrelation.ts'
export type { Mask, Picture } from './picture.ts'
export { checkPicture, fromPlanes, pictureHash, toPlanes } from './picture.ts'
export type { Plane } from './plane.ts'
export { fromChannels, mapPlane, planeOf, toChannels, toLevel } from './plane.ts'
export { resizedPlanes } from './planes.ts'
export { polygonMask } from './polygon.ts'
export type { PictureFile, ReadOptions } from './read.ts'
export { type FilePicture, readFilePicture, readPicture } from './read.ts'
export { readLayer } from './readLayer.ts'
export { readRecipe } from './readRecipe.ts'
export type { Registration } from './registration.ts'
export { registerPictures } from './registration.ts'
export type { ResizeFilter } from './resize.ts'
export { resizeMask, resizePicture } from './resize.ts'
export type { ShadowShape } from './shadow.ts'
export { castShadow, contactShadow } from './shadow.ts'
export { edgeWidth } from './sharpness.ts'
export { slopeOf } from './slope.ts'
export type { PictureStatistics } from './statistics.ts'
export { pictureStatistics } from './statistics.ts'
export { encodeLayer, encodeMask, encodeStored } from './stored.ts'
export type { Palette } from './styleGraphic.ts'
export {
  cartoon,
  halftone,
  newsprint,
  paletteOf,
  pixelArt,
  popArt,
  poster,
  toPalette,
} from './styleGraphic.ts'
export { charcoal, engraving, inkLines, inkWash, lineArt, linesOn, pencilSketch } from './styleLine.ts'
export { kuwahara, watercolour } from './stylePaint.ts'
export { colouredPencil, oilPainting, pastel } from './styleStrokes.ts'
export { crossStitch, tiles, toyBricks } from './styleTiles.ts'
export type { TextOptions } from './text.ts'
export { renderText } from './text.ts'
export type { Font } from './textFont.ts'
export { readFont } from './textFont.ts'
export { encodeThumbnail } from './thumbnail.ts'
export type { ToneStatistics } from './toneStatistics.ts'
export { matchHistogram, toneStatistics } from './toneStatistics.ts'
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
export type { EncodeOptions, OutputFormat, WriteOptions } from './write.ts'
export {
  checkFormatSize,
  checkMaskWritable,
  checkWritable,
  encodePicture,
  hasAlphaChannel,
  outputFormat,
  writeMask,
  writePicture,
} from './write.ts'
