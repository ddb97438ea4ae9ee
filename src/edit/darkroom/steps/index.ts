import type { Carry } from '../carry.ts'
import type { StepKind } from '../plan.ts'
import { carryBackground } from './background.ts'
import { carryMaterial, carryRecolour } from './colour.ts'
import { erase, obscure } from './erase.ts'
import { carryRedEye, carryRetouch } from './face.ts'
import { carryCrop, carryExtend, carryFlip, carryResize, carryRotate, carryStraighten } from './frame.ts'
import { carryMove } from './move.ts'
import { carryStyle } from './style.ts'
import { addTextTo, replaceText } from './text.ts'
import { carryAdjust, carryLook } from './tone.ts'

/** The functions of all kinds of steps. */
export const carries: { readonly [K in StepKind]: Carry<K> } = {
  erase,
  recolour: carryRecolour,
  material: carryMaterial,
  move: carryMove,
  obscure,
  background: carryBackground,
  'replace-text': replaceText,
  'add-text': addTextTo,
  adjust: carryAdjust,
  look: carryLook,
  style: carryStyle,
  retouch: carryRetouch,
  'red-eye': carryRedEye,
  crop: carryCrop,
  rotate: carryRotate,
  straighten: carryStraighten,
  flip: carryFlip,
  resize: carryResize,
  extend: carryExtend,
}
