import { fluxFill } from './fluxFill.ts'
import type { WorkflowTemplate } from './workflow.ts'

/**
 * Object removal as the paper does it: FLUX.1 Fill with a LoRA trained on pairs with and without objects
 * (ObjectRemovalAlpha). The file of the LoRA has no fixed name, so it has to be given as `models.lora`.
 */
export const objectRemoval: WorkflowTemplate = {
  models: { ...fluxFill.models, lora: undefined },
  nodes: {
    ...fluxFill.nodes,
    lora: {
      class_type: 'LoraLoaderModelOnly',
      inputs: { model: ['unet', 0], lora_name: '{{model:lora}}', strength_model: 1 },
    },
    differential: { class_type: 'DifferentialDiffusion', inputs: { model: ['lora', 0] } },
  },
}
