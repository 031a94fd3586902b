import type { PostProcess } from './post-process.ts'

/** The knobs of post-processing, and what each can be set to. */
export const KNOBS: Readonly<Record<keyof PostProcess, readonly number[]>> = {
  threshold: [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6],
  low: [1, 0.5],
  close: [0, 1, 2],
  smallest: [0, 5, 10, 20],
  spur: [0, 4, 8],
}

const NAMES = Object.keys(KNOBS) as (keyof PostProcess)[]

/** How many options each knob has. */
export const OPTIONS: readonly number[] = NAMES.map((name) => KNOBS[name].length)

/** A threshold of .5 and nothing else. */
export const PLAIN: readonly number[] = [KNOBS.threshold.indexOf(0.5), 0, 0, 0, 0]

/** The setting of a choice: an option of each knob. */
export function settingOf(choice: readonly number[]): PostProcess {
  return Object.fromEntries(NAMES.map((name, k) => [name, KNOBS[name][choice[k]]])) as never
}

/** Every choice. */
export function allChoices(): number[][] {
  return OPTIONS.reduce<number[][]>(
    (all, options) =>
      all.flatMap((one) => Array.from({ length: options }, (_, option) => [...one, option])),
    [[]],
  )
}

/** A setting in words. */
export function settingText(by: PostProcess): string {
  return NAMES.map((name) => `${name} ${by[name]}`).join(', ')
}
