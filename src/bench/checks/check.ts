import type { ColourName } from '../../operations/index.ts'

/**
 * Where a check looks, in whole pixels of the source picture: boxes `[x, y, width, height]`, a polygon, or what the
 * matting finds.
 */
export type Region =
  | { readonly boxes: readonly (readonly [x: number, y: number, width: number, height: number])[] }
  | { readonly polygon: readonly (readonly [x: number, y: number])[] }
  | { readonly of: 'subject' | 'background' }

/** Names of colours that a check can tell apart. */
export type CheckColour = Exclude<ColourName, 'beige'>

/**
 * A property of an edit that is measured without a judge; part of a suite. Every check compares source and edited
 * picture.
 */
export type Check =
  /** OCR reads this text, in the region where one is given. */
  | { readonly check: 'reads'; readonly text: string; readonly region?: Region }
  /** OCR no longer reads this text there. */
  | { readonly check: 'reads-not'; readonly text: string; readonly region?: Region }
  /** The detector finds more things of this COCO label than before, in the region where one is given. */
  | { readonly check: 'appears'; readonly label: string; readonly region?: Region }
  /** The thing in the region is gone, and something plausible is in its place. `label`: the detector's name of it. */
  | { readonly check: 'gone'; readonly region: Region; readonly label?: string }
  /** Something new of no known label stands in the region, which was empty. */
  | { readonly check: 'filled'; readonly region: Region }
  /** The region has this colour, and had another. */
  | { readonly check: 'colour'; readonly region: Region; readonly colour: CheckColour }
  /** The region's surface is another one (texture, gloss), while the outline stayed. */
  | { readonly check: 'surface'; readonly region: Region }
  /** The background is another one, and the subject the same. */
  | { readonly check: 'background'; readonly subject?: Region }
  /** The whole picture's light or colour went this way, and its edges stayed. */
  | {
      readonly check: 'tone'
      readonly change:
        | 'brighter'
        | 'darker'
        | 'warmer'
        | 'cooler'
        | 'greyer'
        | 'monochrome'
        | 'more-colourful'
        | 'more-contrast'
        | 'less-contrast'
        | 'sepia'
    }
  /** The whole picture is drawn in another way, and its scene is still recognised. */
  | {
      readonly check: 'style'
      readonly change: 'lines' | 'flat' | 'strokes' | 'blocks' | 'dots' | 'monochrome-drawing' | 'any'
    }
  /** The subject moved or changed its pose or size: where it was and where it is, or by how much. */
  | { readonly check: 'moved'; readonly from: Region; readonly to?: Region }
  /** Every face of the source is there, of the same person, by the proportions of its mesh. */
  | { readonly check: 'same-faces' }
  /** A part of the face changed, and the rest of it stayed. */
  | {
      readonly check: 'face-part'
      readonly part: 'skin' | 'lips' | 'eyes' | 'teeth' | 'hair' | 'brows' | 'expression'
      /** That eyes or lips have now, and not what is around them. */
      readonly colour?: CheckColour
    }
  /**
   * Outside the region, which may be none, the picture stayed: the most that an edit of this item may change. `within`:
   * only there, so that a small spill onto a neighbour counts.
   */
  | { readonly check: 'kept'; readonly outside: Region; readonly within?: Region }

/** The check that a result belongs to: one of the item, or `intact`, which applies to every item with checks. */
export type CheckName = Check['check'] | 'intact'

/** The result of a check. */
export interface CheckResult {
  readonly check: CheckName
  /** `unknown`: a tool is missing, or the check does not apply to the source; it does not count. */
  readonly verdict: 'pass' | 'fail' | 'unknown'
  /** The measured value and the bound that decides, in the check's own unit. */
  readonly value?: number
  readonly bound?: number
  /** The observation, in one short sentence. */
  readonly seen: string
}

/** How much of the picture was preserved; measured for every edit. */
export interface Preservation {
  /** Whether the size is the source's. */
  readonly sizeKept: boolean
  /** Shift in pixels and zoom (1 = none) by phase correlation; absent where the pictures have too little in common. */
  readonly shift?: readonly [x: number, y: number]
  readonly zoom?: number
  /** Outside the changed region: the share of pixels that should have stayed and did, 0 to 1; PSNR in dB; SSIM; mean ΔE. */
  readonly kept?: number
  readonly psnr?: number
  readonly ssim?: number
  readonly deltaE?: number
}

/** All checks of one edit. */
export interface CheckReport {
  readonly results: readonly CheckResult[]
  /** `pass`: none failed and at least one of the item's own passed. */
  readonly verdict: 'pass' | 'fail' | 'unknown'
  readonly preservation: Preservation
}
