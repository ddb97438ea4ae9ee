import { anyEditTest, anyEditValidation } from './anyEdit.ts'
import { editBench } from './editBench.ts'
import { emuEditTest } from './emuEdit.ts'
import { geditBench, geditBenchRaw } from './geditBench.ts'
import { geditBench2 } from './geditBench2.ts'
import { hive } from './hive.ts'
import { hqEdit } from './hqEdit.ts'
import { imgEditBasic } from './imgEdit.ts'
import type { Loader } from './loader.ts'
import { magicBrushDev, magicBrushTest } from './magicBrush.ts'
import { omniContext } from './omniContext.ts'

/** Every published suite that can be pulled, in the order of lists. */
export const loaders: readonly Loader[] = [
  geditBench,
  geditBenchRaw,
  geditBench2,
  imgEditBasic,
  magicBrushDev,
  magicBrushTest,
  emuEditTest,
  anyEditTest,
  anyEditValidation,
  omniContext,
  hqEdit,
  hive,
  editBench,
]
