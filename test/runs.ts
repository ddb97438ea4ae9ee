/**
 * How many random cases a property test runs: `usual`, times PENTIMENTO_TEST_RUNS where that is set. A property that
 * has held for thousands of cases is asked for few of them at each `npm test`, and for many now and then.
 */
export function runs(usual: number): number {
  const factor = Number(process.env.PENTIMENTO_TEST_RUNS ?? 1)
  if (!(factor > 0)) throw new Error(`PENTIMENTO_TEST_RUNS: expected a number above 0, got '${factor}'`)
  return Math.max(1, Math.round(usual * factor))
}
