/** How a dataset is written. */
export type Format = 'parquet' | 'webdataset' | 'step1x-edit' | 'preference' | 'multi-turn'

/** The formats. */
export const formats: readonly Format[] = ['parquet', 'webdataset', 'step1x-edit', 'preference', 'multi-turn']
