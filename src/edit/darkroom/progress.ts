import type { EditRequest } from '../editor.ts'
import type { EditPlan, Step, StepKind } from './plan.ts'

/** Reports the progress of a plan's step. */
export async function tell(
  { onProgress }: EditRequest,
  { steps }: EditPlan,
  done: number,
  doing: string,
): Promise<void> {
  await onProgress?.({
    stage: 'edit',
    doing,
    fraction: done / steps.length,
    done,
    steps: steps.length,
    stepSeconds: undefined,
    secondsLeft: undefined,
  })
}

/** Whether a step begins by looking for its target. */
export const looksFirst = (step: Step): boolean => 'target' in step || step.kind === 'background'

/** Steps for a progress line. */
export const doing: { readonly [K in StepKind]: string } = {
  erase: 'erasing',
  recolour: 'recolouring',
  material: 'changing the material',
  move: 'moving',
  obscure: 'obscuring',
  background: 'changing the background',
  'replace-text': 'changing the text',
  'add-text': 'adding text',
  adjust: 'adjusting',
  look: 'changing the light',
  style: 'drawing',
  retouch: 'retouching',
  'red-eye': 'correcting red eyes',
  crop: 'cropping',
  rotate: 'rotating',
  straighten: 'straightening',
  flip: 'flipping',
  resize: 'resizing',
  extend: 'extending',
}
