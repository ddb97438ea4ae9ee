export { describePlan } from './describe.ts'
export { embeddedPlanner } from './embedded.ts'
export { visionPlanner } from './vision.ts'
