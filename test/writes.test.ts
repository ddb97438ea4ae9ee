import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equal, iota, cast, logSoftmax, mul, neg, type Parameters, program, Graph, reduceMean, reduceSum, type TensorValue, tensorValue, unsqueeze } from 'pentimento/graph'
import { Parameters as GraphParameters } from 'pentimento/graph'
import { bareSentences, cocoNouns, colours, nounOf } from 'pentimento/instructions'
console.log('x')
