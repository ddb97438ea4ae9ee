export type { AdjustedProperty, AdjustOptions } from './adjust/adjust.ts'
export { adjust } from './adjust/adjust.ts'
export type { Backdrop, BackdropName } from './background/backdrops.ts'
export { backdrops } from './background/backdrops.ts'
export type { Cover } from './background/cover.ts'
export { coverOf } from './background/cover.ts'
export type { Defocus } from './background/defocus.ts'
export { blurBackground } from './background/defocus.ts'
export type { Behind } from './background/replace.ts'
export {
  cutOut,
  evenBackground,
  gradientBackground,
  paintedBackground,
  photographBehind,
  replaceBackground,
} from './background/replace.ts'
export type { ColourName, DominantColour, NamedColour } from './colour/colours.ts'
export { dominantHue, dyes, nameOfColour } from './colour/colours.ts'
export type { Dyed } from './colour/dye.ts'
export { colourDistance, dyeHue } from './colour/dye.ts'
export { hairDye } from './colour/hairDye.ts'
export { labOfHex, recolour, recolourError } from './colour/recolour.ts'
export { dehaze } from './detail/dehaze.ts'
export { denoise, noiseLevel, noiseOf } from './detail/denoise.ts'
export { sharpenDetail, softenDetail } from './detail/sharpen.ts'
export type { Edited } from './edited.ts'
export type { EraseOptions } from './erase/erase.ts'
export { eraseRegion } from './erase/erase.ts'
export type { Obscuring } from './erase/obscure.ts'
export { obscureRegion } from './erase/obscure.ts'
export { withRim } from './erase/rim.ts'
export { shadowOf } from './erase/shadow.ts'
export { irisesOf, removeRedEyes } from './face/eyes.ts'
export { type FacePart, faceWidth, partMask, skinOf } from './face/faceParts.ts'
export { distinctFaces, facesIn, type Portrait, portraitOf } from './face/faces.ts'
export {
  addBlush,
  brightenEyes,
  darkenBrows,
  eyeShadows,
  lipsticks,
  type Paint,
  paintLids,
  paintLips,
  teethOf,
  whitenTeeth,
} from './face/features.ts'
export { isChildlike, turnOf } from './face/proportions.ts'
export { retouches } from './face/retouching.ts'
export { enlargeEyes, slimFace } from './face/shape.ts'
export { type FaceMaps, type Sitter, sitterOf } from './face/sitter.ts'
export {
  addBlemishes,
  addFreckles,
  lightnessOfSkin,
  type SkinTone,
  smoothSkin,
  toneSkin,
} from './face/skin.ts'
export { areaAround, areaOfRatio, areaWithout, croppedTo } from './frame/cropping.ts'
export {
  extendedByBlur,
  extendedByColour,
  extendedByFill,
  extendedByMirror,
  type Margins,
  marginsOf,
  marginsToRatio,
} from './frame/extending.ts'
export type { Raster } from './frame/raster.ts'
export { resized } from './frame/resized.ts'
export { sureTilt, type Tilt, tiltOf } from './frame/tilt.ts'
export { mirrored, rotated, turnQuarters } from './frame/turning.ts'
export { materialise } from './material/materialise.ts'
export type { Material, MaterialName, Texel } from './material/materials.ts'
export { materials } from './material/materials.ts'
export { remake } from './material/remake.ts'
export { cutSubject } from './placing/cut.ts'
export type { Harmony, Look } from './placing/harmonise.ts'
export { harmonise, lookOf, meanLook } from './placing/harmonise.ts'
export type { Move, Moved } from './placing/move.ts'
export { moveThing } from './placing/move.ts'
export type { Placement } from './placing/placement.ts'
export { turnedSize } from './placing/placement.ts'
export type { Light, Staged } from './placing/stage.ts'
export { floorShadow, lookAt, stageThing } from './placing/stage.ts'
export type { Surface, SurfaceKind } from './placing/surface.ts'
export { measuredSurfaces, scaleAt } from './placing/surfaces.ts'
export type { Scene } from './scene/scene.ts'
export { viewScene } from './scene/scene.ts'
export type { Vanishing } from './scene/vanishing.ts'
export { vanishingPoint } from './scene/vanishing.ts'
export type { StyleOptions } from './style/applyStyle.ts'
export { applyStyle, applyStylizer } from './style/applyStyle.ts'
export type { OwnStyle, OwnStyleName, StyleParametersByName } from './style/style.ts'
export { scaled } from './style/style.ts'
export { ownStyles, popColours } from './style/styles.ts'
export type { AddedText, TextPlace } from './text/addText.ts'
export { addText, balanced } from './text/addText.ts'
export type { BoardColours, BoardLook, HungBoard } from './text/board.ts'
export { hangBoard, lightOn } from './text/board.ts'
export { calmestBox } from './text/calmPlace.ts'
export type { CaptionLook } from './text/caption.ts'
export { writeCaption } from './text/caption.ts'
export type { LetterTools } from './text/eraseLetters.ts'
export { eraseLetters } from './text/eraseLetters.ts'
export { facesOf } from './text/faces.ts'
export type { FoundText } from './text/findText.ts'
export { boxOf as boxOfLine, caseLike, matchLines, matchText, readAgain, readLines } from './text/findText.ts'
export type { Frame, LetterColour } from './text/lettering.ts'
export { lingers, readingOf, readWithin, stands } from './text/reading.ts'
export type { Rewriting, Rewritten } from './text/rewriteLine.ts'
export { rewriteLine } from './text/rewriteLine.ts'
export { bareText, containedText, editDistance, textSimilarity } from './text/spelling.ts'
export type { PatchFill } from './text/surface.ts'
export type { TypeFace } from './text/typeFit.ts'
export type { LookOptions } from './tone/applyLook.ts'
export { applyLook } from './tone/applyLook.ts'
export type { LookParametersByName, ToneLook, ToneLookName } from './tone/look.ts'
export { developed } from './tone/look.ts'
export { toneLooks } from './tone/looks.ts'
